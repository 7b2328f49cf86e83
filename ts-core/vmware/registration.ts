import { QnapError } from "../errors.ts";
import { ensure } from "./ensure.ts";
import { isFault } from "./faults.ts";
import { plainName } from "./names.ts";
import { behind, everyVm, type Origin, retrieve, retrieveOne, type VimObject } from "./properties.ts";
import type { VimSession } from "./session.ts";
import { element, refElement } from "./soap.ts";
import type { VCenter } from "./vcenter.ts";
import type { Vm } from "./virtualMachines.ts";
import { detached, type MoRef, moRef, text } from "./xml.ts";

/** What is needed to register a VM where it was: kept in the journal before it is unregistered. */
export type VmPlace = Pick<Vm, "name" | "path" | "template" | "folder" | "pool" | "host" | "instanceUuid">;

/** A VM that vCenter knows, as far as it takes to recognise it. */
export type RegisteredVm = Pick<Vm, "ref" | "name" | "path" | "instanceUuid" | "folder" | "pool" | "host">;

const registerMs = 300_000;

export async function unregister(session: VimSession, { ref, name }: Pick<Vm, "ref" | "name">): Promise<void> {
  await ensure(session, {
    what: `unregister VM '${name}'`,
    isSo: async () => (await retrieveOne(session, ref, ["name"])) === undefined,
    act: async () => {
      await session.call("UnregisterVM", ref, [], { write: true }).catch((error: unknown) => {
        if (!isFault(error, "ManagedObjectNotFound")) throw error;
      });
    },
  });
}

/** Registers a VM that was not registered when the caller looked; gives its moref, which is a new one. */
export async function register(vcenter: VCenter, place: VmPlace, datastore: MoRef): Promise<MoRef> {
  let begun = false;
  let made: MoRef | undefined;
  const isThere = async (ref: MoRef) => (await retrieveOne(vcenter.session, ref, ["name"])) !== undefined;
  await ensure(vcenter.session, {
    what: `register VM '${place.name}'`,
    isSo: async () => {
      if (!begun) return false;
      made ??= (await registeredOn(vcenter.session, datastore)).find(({ path }) => path === place.path)?.ref;
      return made !== undefined && (await isThere(made));
    },
    act: async () => {
      begun = true;
      made = await begin(vcenter, place);
    },
  });
  return made as MoRef;
}

/** Undefined: somebody else was faster, which the next look shows. */
async function begin(vcenter: VCenter, place: VmPlace): Promise<MoRef | undefined> {
  const signal = AbortSignal.timeout(registerMs);
  try {
    return moRef(await vcenter.run("RegisterVM_Task", folderOf(place), registerArguments(place), signal));
  } catch (error) {
    if (isFault(error, "AlreadyExists")) return undefined;
    throw error;
  }
}

/** The VMs that are registered on a datastore now. */
export function registeredOn(session: VimSession, datastore: MoRef): Promise<RegisteredVm[]> {
  return readRegistered(session, behind(datastore, "vm"));
}

/** All VMs of the vCenter: one that was moved away meanwhile keeps its instance id. */
export async function registeredAnywhere(session: VimSession): Promise<RegisteredVm[]> {
  return readRegistered(session, everyVm((await session.content()).ref("rootFolder")));
}

const paths = ["name", "config.files.vmPathName", "config.instanceUuid", "parent", "resourcePool", "runtime.host"];

function readRegistered(session: VimSession, from: Origin): Promise<RegisteredVm[]> {
  return retrieve(session, [{ type: "VirtualMachine", paths }], from, ({ ref, get }: VimObject) =>
    detached({
      ref,
      name: plainName(text(get("name")) ?? ref.id),
      path: text(get("config.files.vmPathName")) ?? "",
      instanceUuid: text(get("config.instanceUuid")) ?? "",
      folder: moRef(get("parent")),
      pool: moRef(get("resourcePool")),
      host: moRef(get("runtime.host")),
    }),
  );
}

function folderOf({ folder, name }: VmPlace): MoRef {
  if (folder === undefined)
    throw new QnapError("Internal", { reason: `VM '${name}' has no folder to be registered in` });
  return folder;
}

/** A template lives on a host and in no pool. */
function registerArguments({ path, name, template, pool, host }: VmPlace) {
  const said = [element("path", path), element("name", name), element("asTemplate", template)];
  return [...said, refElement("pool", template ? undefined : pool), refElement("host", host)];
}
