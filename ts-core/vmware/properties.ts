import type { VimSession } from "./session.ts";
import { element, elements, group, join, refElement, typed, type Xml } from "./soap.ts";
import { all, at, type MoRef, moRef, text, type XmlNode } from "./xml.ts";

/** One managed object with those of the asked properties that are set (and that we may read). */
export interface VimObject {
  ref: MoRef;
  get: (path: string) => XmlNode | undefined;
}

/** Where to look: some objects, or what is reached from them. */
export type Origin = Xml & { readonly __origin: true };

export function objects(refs: readonly MoRef[]): Origin {
  return join(refs.map((ref) => group("objectSet", refElement("obj", ref), element("skip", false)))) as Origin;
}

/** What is found behind one property of one object, for example the VMs of a datastore. */
export function behind(ref: MoRef, path: string): Origin {
  return reached(ref, selection("one", ref.type, path));
}

/** Every datastore, however deep the folders; `root` is the root folder. */
export function everyDatastore(root: MoRef): Origin {
  return reached(root, folders("datacenters"), selection("datacenters", "Datacenter", "datastore"));
}

export function everyHost(root: MoRef): Origin {
  return reached(root, ...untilComputers, selection("computers", "ComputeResource", "host"));
}

/** By way of the hosts, as the VMs of a vApp are in no folder. */
export function everyVm(root: MoRef): Origin {
  const hosts = [selection("computers", "ComputeResource", "host", "hosts"), selection("hosts", "HostSystem", "vm")];
  return reached(root, ...untilComputers, ...hosts);
}

function reached(ref: MoRef, ...selections: Xml[]): Origin {
  return group("objectSet", refElement("obj", ref), element("skip", true), ...selections) as Origin;
}

function selection(name: string, type: string, path: string, ...further: string[]): Xml {
  const next = further.map((one) => group("selectSet", element("name", one)));
  const says = [element("name", name), element("type", type), element("path", path), element("skip", false)];
  return typed("selectSet", "TraversalSpec", ...says, ...next);
}

const folders = (...next: string[]) => selection("folders", "Folder", "childEntity", "folders", ...next);
const untilComputers = [
  folders("datacenters", "computers"),
  selection("datacenters", "Datacenter", "hostFolder", "folders"),
];

export interface Wanted {
  type: string;
  paths: readonly string[];
}

const pageObjects = 200;

/**
 * Reads properties page by page; `read` makes of each object what is kept, so that never more than a page is held. A session
 * renewed between two pages does not know the token any more: then it begins anew, once.
 */
export async function retrieve<T>(
  session: VimSession,
  wanted: readonly Wanted[],
  from: Origin,
  read: (object: VimObject) => T,
  { pageSize = pageObjects, signal }: { pageSize?: number; signal?: AbortSignal | undefined } = {},
): Promise<T[]> {
  if (from === "") return [];
  const collector = (await session.content()).ref("propertyCollector");
  const properties = wanted.map(({ type, paths }) =>
    group("propSet", element("type", type), elements("pathSet", paths)),
  );
  // An object that went away meanwhile is left out; without this the whole call would fail for it.
  const lenient = element("reportMissingObjectsInResults", true);
  const spec = [group("specSet", ...properties, from, lenient), group("options", element("maxObjects", pageSize))];
  const used = await session.logIn();
  for (let again = false; ; again = true) {
    const found: T[] = [];
    try {
      let [page] = await session.call("RetrievePropertiesEx", collector, spec, { signal });
      for (;;) {
        for (const object of all(page, "objects")) found.push(read(vimObject(object)));
        const token = text(page, "token");
        if (token === undefined) return found;
        [page] = await session.call("ContinueRetrievePropertiesEx", collector, [element("token", token)], { signal });
      }
    } catch (error) {
      if (again || (await session.logIn()) === used) throw error;
    }
  }
}

/** The properties of one object. */
export async function retrieveOne(
  session: VimSession,
  ref: MoRef,
  paths: readonly string[],
): Promise<VimObject | undefined> {
  const [found] = await retrieve(session, [{ type: ref.type, paths }], objects([ref]), (object) => object);
  return found;
}

function vimObject(node: XmlNode): VimObject {
  const values = new Map<string, XmlNode | undefined>();
  for (const property of all(node, "propSet")) values.set(text(property, "name") ?? "", at(property, "val"));
  return { ref: moRef(node, "obj") ?? { type: "", id: "" }, get: (path) => values.get(path) };
}
