import { plainName } from "./names.ts";
import { everyDatastore, retrieve, type VimObject } from "./properties.ts";
import type { VimSession } from "./session.ts";
import { all, at, detached, flag, integer, type MoRef, moRef, text, type XmlNode } from "./xml.ts";

export interface Extent {
  /** `naa.<32 hex digits>` for a LUN of a NAS. */
  diskName: string;
  partition: number;
}

export interface HostMount {
  host: MoRef;
  mounted: boolean;
  accessible: boolean;
}

export interface Datastore {
  ref: MoRef;
  name: string;
  vmfsUuid: string;
  extents: Extent[];
  mounts: HostMount[];
  accessible: boolean;
  /** Storage I/O control. */
  ioControl: boolean;
  folder: MoRef | undefined;
  /** The datastore cluster it is in. */
  cluster: MoRef | undefined;
}

const paths = ["name", "info", "host", "parent", "summary.accessible", "iormConfiguration.enabled"];

/** The VMFS datastores that have an extent on one of these disks. */
export async function readDatastoresOn(session: VimSession, diskNames: readonly string[]): Promise<Datastore[]> {
  return (await readAll(session)).filter(({ extents }) => extents.some(({ diskName }) => diskNames.includes(diskName)));
}

async function readAll(session: VimSession): Promise<Datastore[]> {
  const root = (await session.content()).ref("rootFolder");
  const found = await retrieve(session, [{ type: "Datastore", paths }], everyDatastore(root), datastore);
  return found.filter((one) => one !== undefined);
}

function datastore({ ref, get }: VimObject): Datastore | undefined {
  const vmfs = at(get("info"), "vmfs");
  const vmfsUuid = text(vmfs, "uuid");
  if (vmfsUuid === undefined) return undefined;
  const parent = moRef(get("parent"));
  return detached({
    ref,
    name: plainName(text(get("name")) ?? ""),
    vmfsUuid,
    extents: all(vmfs, "extent").map(extent),
    mounts: all(get("host"), "DatastoreHostMount").map(mount),
    accessible: flag(get("summary.accessible")) ?? true,
    ioControl: flag(get("iormConfiguration.enabled")) ?? false,
    folder: parent?.type === "Folder" ? parent : undefined,
    cluster: parent?.type === "StoragePod" ? parent : undefined,
  });
}

function extent(node: XmlNode): Extent {
  return { diskName: (text(node, "diskName") ?? "").toLowerCase(), partition: integer(node, "partition") ?? 0 };
}

/** vSphere leaves `mounted` out on old hosts; then the datastore is mounted. */
function mount(node: XmlNode): HostMount {
  return {
    host: moRef(node, "key") ?? { type: "HostSystem", id: "" },
    mounted: flag(node, "mountInfo", "mounted") ?? true,
    accessible: flag(node, "mountInfo", "accessible") ?? true,
  };
}
