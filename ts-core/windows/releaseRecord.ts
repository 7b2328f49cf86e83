import type { ReleaseOptions, ReleaseRecord } from "../ports.ts";
import { checkpointName } from "./checkpoints.ts";
import type { DiskIdentity } from "./disk.ts";
import {
  type AttributeBit,
  attributeBits,
  type Disk,
  type HyperVVm,
  type Inventory,
  type Partition,
  pathsOf,
  vmsOn,
} from "./inventory.ts";
import { windows } from "./names.ts";

/** What a journal keeps of a LUN that this Windows gives up: enough to take it back from any step. */
export interface LunRelease extends ReleaseRecord {
  disk: DiskIdentity & Pick<Disk, "number" | "offline" | "readOnly">;
  partitions: RecordedPartition[];
  vms: RecordedVm[];
  /** The checkpoint to which VMs are put back after a revert, where they have it. */
  revertTo: string | undefined;
  /** Ids of VMs that are to be started after a revert. */
  start: string[];
}

export interface RecordedPartition {
  /** By which it is known again: its own GUID, or on an MBR disk where it begins. */
  guid: string;
  offsetBytes: number;
  /** Bits that were set: the user's own. */
  bits: AttributeBit[];
  /** Drive letters and folders. */
  paths: string[];
  /** `\\?\Volume{...}\`; null where Windows showed none. */
  volume: string | null;
}

export type RecordedVm = Pick<HyperVVm, "id" | "name" | "state"> & { configuration: string };

export function recordRelease(
  inventory: Inventory,
  disk: Disk,
  { inSnapshot, powerOn, revertTo }: ReleaseOptions,
): LunRelease {
  const { naa, guid, signature, number, offline, readOnly } = disk;
  const vms = vmsOn(inventory).map(recordedVm);
  const ran = inSnapshot?.filter(({ powerState }) => powerState === "Running").map((vm) => vm.instanceUuid);
  const runs = vms.filter(({ state }) => state === "Running").map(({ id }) => id);
  return {
    consumer: windows,
    naa,
    disk: { naa, guid, signature, number, offline, readOnly },
    partitions: inventory.partitions.map(recordedPartition),
    vms,
    revertTo: revertTo === undefined ? undefined : checkpointName(revertTo),
    start: powerOn ? (ran ?? runs) : [],
  };
}

/** The partition of the record as it is now; undefined: what is on the disk now has none there. */
export function partitionNow(
  { guid, offsetBytes }: RecordedPartition,
  now: readonly Partition[],
): Partition | undefined {
  return now.find((one) => (guid === "" ? one.offsetBytes === offsetBytes : one.guid === guid));
}

function recordedPartition(partition: Partition): RecordedPartition {
  const { guid, offsetBytes, volume } = partition;
  const bits = attributeBits.filter((bit) => partition[bit]);
  return { guid, offsetBytes, bits, paths: pathsOf(partition), volume: volume?.path ?? null };
}

function recordedVm({ id, name, state, files }: HyperVVm): RecordedVm {
  return { id, name, state, configuration: files.find(({ role }) => role === "Configuration")?.path ?? "" };
}
