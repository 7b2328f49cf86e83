import type { TakenBack } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import { awaitDisk, mustBeSame, setOffline, setReadOnly } from "./disk.ts";
import { ensure } from "./ensure.ts";
import { attributeBits, type Disk, type Partition, pathsOf, plainPath, readPartitions } from "./inventory.ts";
import type { HostSession } from "./powershell.ts";
import { type LunRelease, partitionNow, type RecordedPartition, type RecordedVm } from "./releaseRecord.ts";
import { registerVm, revertVm, startVm } from "./vms.ts";

/**
 * Takes the LUN back into use as it was used before: disk online once it is proven to be the same, volumes at their paths, VMs
 * registered. May be called again from any step; nothing is ever formatted or initialised.
 */
export async function takeLunBack(
  host: HostSession,
  record: LunRelease,
  undone: boolean,
  { progress }: Pick<Context, "progress">,
): Promise<TakenBack> {
  progress({ activity: "Restoring LUN", status: "This server looks for its disk" });
  const disk = await awaitDisk(host, record.naa);
  mustBeSame(disk, record.disk);
  if (record.disk.offline) return { told: ["the disk is offline, as it was before"], notAdded: [] };
  await bringOnline(host, record, disk);
  const volumes = await putBackPaths(host, record, disk);
  progress({ activity: "Restoring LUN", status: `Registering ${record.vms.length} VMs` });
  return { told: [...volumes, ...(await takeVmsBack(host, record, undone))], notAdded: [] };
}

async function bringOnline(host: HostSession, record: LunRelease, disk: Disk): Promise<void> {
  const { naa } = record;
  if (disk.readOnly && !record.disk.readOnly) await setReadOnly(host, naa, false);
  await setOffline(host, naa, false);
  if (!(await clearBits(host, record, disk))) return;
  // The file systems are to be mounted as what they are now.
  await setOffline(host, naa, true);
  await setOffline(host, naa, false);
}

/** What VSS set while it took the snapshot is in the snapshot; what the user had set stays. Tells whether anything was. */
async function clearBits(host: HostSession, { naa, partitions }: LunRelease, disk: Disk): Promise<boolean> {
  let cleared = false;
  const now = await readPartitions(host, disk);
  for (const recorded of partitions) {
    const partition = partitionNow(recorded, now);
    const left = attributeBits.filter((bit) => partition?.[bit] && !recorded.bits.includes(bit));
    for (const bit of left) {
      await host.act("Set-HostPartition", { Naa: naa, Number: partition?.number, Bit: bit });
      cleared = true;
    }
  }
  return cleared;
}

/** Where each volume is now, in words. */
async function putBackPaths(host: HostSession, record: LunRelease, disk: Disk): Promise<string[]> {
  const told: string[] = [];
  for (const recorded of record.partitions.filter(({ paths }) => paths.length > 0)) {
    const names = recorded.paths.join(", ");
    const partition = partitionNow(recorded, await readPartitions(host, disk));
    if (partition) await givePaths(host, disk, recorded, partition);
    told.push(partition ? `volume at ${names}` : `nothing is at ${names}: the disk has no such partition any more`);
  }
  return told;
}

/** The paths that it had, and no other that Windows gave it on its return. */
async function givePaths(
  host: HostSession,
  disk: Disk,
  { paths }: RecordedPartition,
  partition: Partition,
): Promise<void> {
  const { naa } = disk;
  const { number } = partition;
  const wanted = new Set(paths.map(plainPath));
  const has = async (path: string) => {
    const now = (await readPartitions(host, disk)).find((one) => one.number === number);
    return now !== undefined && pathsOf(now).some((one) => plainPath(one) === plainPath(path));
  };
  for (const path of paths) {
    await ensure({
      what: `give the volume ${path} back`,
      isSo: () => has(path),
      act: () => host.act("Add-HostAccessPath", { Naa: naa, Number: number, Path: path }),
    });
  }
  for (const path of pathsOf(partition).filter((one) => !wanted.has(plainPath(one)))) {
    await ensure({
      what: `take ${path} from the volume`,
      isSo: async () => !(await has(path)),
      act: () => host.act("Remove-HostAccessPath", { Naa: naa, Number: number, Path: path }),
    });
  }
}

async function takeVmsBack(host: HostSession, record: LunRelease, undone: boolean): Promise<string[]> {
  const { vms, revertTo, start } = record;
  if (vms.length === 0) return [];
  const missing = await onEach(vms, (vm) => registerVm(host, vm));
  const there = vms.filter((vm) => !missing.has(vm));
  const notReverted =
    undone || revertTo === undefined ? none : await onEach(there, (vm) => revertVm(host, vm, revertTo));
  const wanted = there.filter(({ id, state }) => (undone ? state === "Running" : start.includes(id)));
  const notStarted = await onEach(wanted, (vm) => startVm(host, vm));
  return [`${there.length} VM(s) registered`, ...missing.values(), ...notReverted.values(), ...notStarted.values()];
}

const none: ReadonlyMap<RecordedVm, string> = new Map();

/** One after the other; gives why it could not be done, of each for which it could not. */
async function onEach(vms: readonly RecordedVm[], work: (vm: RecordedVm) => Promise<string | undefined>) {
  const failures = new Map<RecordedVm, string>();
  for (const vm of vms) {
    const failure = await work(vm);
    if (failure !== undefined) failures.set(vm, failure);
  }
  return failures;
}
