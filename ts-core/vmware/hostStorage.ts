import { setTimeout as pause } from "node:timers/promises";
import { ensure } from "./ensure.ts";
import { isFault, localizedFault } from "./faults.ts";
import { type Host, type HostLun, readLuns } from "./hosts.ts";
import { retrieveOne } from "./properties.ts";
import type { VimSession } from "./session.ts";
import { element, elements, group, type Xml } from "./soap.ts";
import { all, at, flag, type MoRef, text, type XmlNode } from "./xml.ts";

/** Giving one LUN up on one host, and taking it back. Each looks first, acts, and looks again; each may be repeated. */
export type StorageHost = Pick<Host, "ref" | "name" | "storage">;
/** A clone of the LUN holds a volume of the same id, so the disk tells which one is meant. */
export interface Volume {
  name: string;
  vmfsUuid: string;
  diskName: string;
}

/** A rescan asks every path of every adapter, and waits for those that are dead. */
const rescanMs = 600_000;
const lookTurns = 4;
const lookPauseMs = 2_000;
/** Hosts that are asked at the same time; each works on its own storage. */
export const hostWidth = 16;

/** Nothing registered may be on it any more; vSphere refuses otherwise. */
export function unmount(session: VimSession, host: StorageHost, volume: Volume): Promise<void> {
  return ensure(session, {
    what: `unmount datastore '${volume.name}' on ${host.name}`,
    isSo: async () => !(await isMounted(session, host, volume)),
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

export async function attach(session: VimSession, host: StorageHost, diskName: string): Promise<void> {
  await findLun(session, host, diskName);
  await ensure(session, {
    what: `attach ${diskName} on ${host.name}`,
    isSo: () => isAttached(session, host, diskName),
    act: async () => {
      const lun = await lunOf(session, host, diskName);
      if (lun) await write(session, "AttachScsiLun", host.storage, element("lunUuid", lun.uuid));
    },
  });
}

/** A host that has looked while the NAS hid the LUN has forgotten it, and may not see it at once when it is shown again. */
async function findLun(session: VimSession, host: StorageHost, diskName: string): Promise<void> {
  for (let turn = 0; turn < lookTurns && !(await lunOf(session, host, diskName)); turn++) {
    await pause(turn * lookPauseMs);
    await rescan(session, host);
  }
}

/**
 * Makes the host forget that it had detached a disk that is gone from the NAS. Where it knows nothing of it, it refuses: there is
 * no way to look (assumed, like the faults).
 */
export async function forget(session: VimSession, host: StorageHost, diskName: string): Promise<void> {
  await rescan(session, host);
  await write(session, "DeleteScsiLunState", host.storage, element("lunCanonicalName", diskName)).catch(
    unless("InvalidState", "NotFound", "HostConfigFault"),
  );
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
    isSo: () => isMounted(session, host, volume),
    act: async () => {
      const copy = (await unresolvedOn(session, host)).find((one) => isCopyOf(one, volume));
      const how = copy
        ? resolve(session, host, copy, "forceMount")
        : write(session, "MountVmfsVolume", host.storage, element("vmfsUuid", volume.vmfsUuid));
      // Mounted by the host itself meanwhile, which the next look shows.
      await how.catch(unless("VmfsAlreadyMounted", "InvalidState"));
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
  const method = "ResolveMultipleUnresolvedVmfsVolumes";
  const spec = group("resolutionSpec", elements("extentDevicePath", devicePaths), element("uuidResolution", how));
  // A resignature writes metadata all over the volume.
  const [result] = await session.call(method, storage, [spec], { write: true, timeoutMs: rescanMs });
  const fault = at(result, "fault");
  // What this call refuses stands inside its answer.
  if (fault !== undefined) throw localizedFault(session.name, method, fault);
}

export async function isAttached(session: VimSession, host: StorageHost, diskName: string): Promise<boolean> {
  return (await lunOf(session, host, diskName))?.attached === true;
}

/** The ids of the volumes of this disk that the host has mounted, by its own word. */
export async function readMounted(session: VimSession, { storage }: StorageHost, diskName: string): Promise<string[]> {
  const found = await retrieveOne(session, storage, ["fileSystemVolumeInfo.mountInfo"]);
  const mounts = all(found?.get("fileSystemVolumeInfo.mountInfo"), "HostFileSystemMountInfo");
  const here = mounts.filter((one) => isOn(one, diskName) && (flag(one, "mountInfo", "mounted") ?? true));
  return here.map((one) => text(one, "volume", "uuid") ?? "");
}

async function isMounted(session: VimSession, host: StorageHost, { vmfsUuid, diskName }: Volume): Promise<boolean> {
  return (await readMounted(session, host, diskName)).includes(vmfsUuid);
}

function isOn(mount: XmlNode, diskName: string): boolean {
  const [volume] = all(mount, "volume");
  return all(volume, "extent").some((extent) => text(extent, "diskName")?.toLowerCase() === diskName);
}

function isCopyOf({ vmfsUuid, diskNames }: UnresolvedVolume, volume: Volume): boolean {
  return vmfsUuid === volume.vmfsUuid && diskNames.includes(volume.diskName);
}

/** What the host sees of a disk now; undefined: nothing. */
export async function lunOf(session: VimSession, host: StorageHost, diskName: string): Promise<HostLun | undefined> {
  return (await readLuns(session, [host], [diskName])).get(host.storage.id)?.[0];
}

async function write(session: VimSession, method: string, self: MoRef, argument: Xml): Promise<void> {
  await session.call(method, self, [argument], { write: true });
}

function unless(...faults: string[]): (error: unknown) => void {
  return (error) => {
    if (!isFault(error, ...faults)) throw error;
  };
}
