import { type Datastore, readDatastoreByUuid } from "./datastores.ts";
import { ensure } from "./ensure.ts";
import { isFault } from "./faults.ts";
import { type Host, type HostLun, readLuns } from "./hosts.ts";
import type { VimSession } from "./session.ts";
import { element, elements, group, type Xml } from "./soap.ts";
import { all, type MoRef, text } from "./xml.ts";

/** Giving one LUN up on one host, and taking it back. Each looks first, acts, and looks again; each may be repeated. */
export type StorageHost = Pick<Host, "ref" | "name" | "storage">;
export type Volume = Pick<Datastore, "name" | "vmfsUuid">;

/** A rescan asks every path of every adapter, and waits for those that are dead. */
const rescanMs = 600_000;

/** Nothing registered may be on it any more; vSphere refuses otherwise. */
export function unmount(session: VimSession, host: StorageHost, volume: Volume): Promise<void> {
  return ensure(session, {
    what: `unmount datastore '${volume.name}' on ${host.name}`,
    isSo: async () => !(await isMounted(session, host.ref, volume)),
    act: () => write(session, "UnmountVmfsVolume", host.storage, element("vmfsUuid", volume.vmfsUuid)),
  });
}

/** Without this a host keeps asking for a LUN that goes away, and ends in "all paths down". */
export function detach(session: VimSession, host: StorageHost, diskName: string): Promise<void> {
  return ensure(session, {
    what: `detach ${diskName} on ${host.name}`,
    isSo: async () => (await lunOf(session, host, diskName))?.attached !== true,
    act: async () => {
      const lun = await lunOf(session, host, diskName);
      if (lun) await write(session, "DetachScsiLun", host.storage, element("lunUuid", lun.uuid));
    },
  });
}

export function attach(session: VimSession, host: StorageHost, diskName: string): Promise<void> {
  return ensure(session, {
    what: `attach ${diskName} on ${host.name}`,
    isSo: async () => (await lunOf(session, host, diskName))?.attached === true,
    act: async () => {
      const lun = await lunOf(session, host, diskName);
      if (lun) await write(session, "AttachScsiLun", host.storage, element("lunUuid", lun.uuid));
      else await rescan(session, host);
    },
  });
}

/** Looks for devices and volumes anew. Changes nothing by itself, so it may be sent twice. */
export async function rescan(session: VimSession, { storage }: StorageHost): Promise<void> {
  await session.call("RescanAllHba", storage, [], { timeoutMs: rescanMs });
  await session.call("RescanVmfs", storage, [], { timeoutMs: rescanMs });
}

/** Mounts the datastore again, under its old signature also where ESXi takes it for a copy. */
export function mount(session: VimSession, host: StorageHost, volume: Volume): Promise<void> {
  return ensure(session, {
    what: `mount datastore '${volume.name}' on ${host.name}`,
    isSo: () => isMounted(session, host.ref, volume),
    act: async () => {
      const copy = (await unresolvedOn(session, host)).find(({ vmfsUuid }) => vmfsUuid === volume.vmfsUuid);
      if (copy) await resolve(session, host, copy, "forceMount");
      else await mountVolume(session, host, volume);
    },
  });
}

/** A volume that ESXi takes for a copy, as its disk is not the one that its header names. */
export interface UnresolvedVolume {
  vmfsUuid: string;
  label: string;
  devicePaths: string[];
  diskNames: string[];
}

export async function unresolvedOn(session: VimSession, { storage }: StorageHost): Promise<UnresolvedVolume[]> {
  const found = await session.call("QueryUnresolvedVmfsVolume", storage);
  return found.map((node) => ({
    vmfsUuid: text(node, "vmfsUuid") ?? "",
    label: text(node, "vmfsLabel") ?? "",
    devicePaths: all(node, "extent").map((extent) => text(extent, "devicePath") ?? ""),
    diskNames: all(node, "extent").map((extent) => (text(extent, "device", "diskName") ?? "").toLowerCase()),
  }));
}

/** forceMount keeps the signature, for the original; resignature gives a copy an identity of its own and cannot be undone. */
export async function resolve(
  session: VimSession,
  { storage }: StorageHost,
  { devicePaths }: UnresolvedVolume,
  how: "forceMount" | "resignature",
): Promise<void> {
  const spec = group("resolutionSpec", elements("extentDevicePath", devicePaths), element("uuidResolution", how));
  await session.call("ResolveMultipleUnresolvedVmfsVolumes", storage, [spec], { write: true });
}

export async function isMounted(session: VimSession, host: MoRef, { vmfsUuid }: Volume): Promise<boolean> {
  const datastore = await readDatastoreByUuid(session, vmfsUuid);
  return datastore?.mounts.some((one) => one.host.id === host.id && one.mounted) ?? false;
}

async function mountVolume(session: VimSession, host: StorageHost, { vmfsUuid }: Volume): Promise<void> {
  await write(session, "MountVmfsVolume", host.storage, element("vmfsUuid", vmfsUuid)).catch((error: unknown) => {
    // Mounted by the host itself meanwhile, which the next look shows.
    if (!isFault(error, "VmfsAlreadyMounted", "InvalidState")) throw error;
  });
}

async function lunOf(session: VimSession, host: StorageHost, diskName: string): Promise<HostLun | undefined> {
  return (await readLuns(session, [host], [diskName])).get(host.storage.id)?.[0];
}

async function write(session: VimSession, method: string, self: MoRef, argument: Xml): Promise<void> {
  await session.call(method, self, [argument], { write: true });
}
