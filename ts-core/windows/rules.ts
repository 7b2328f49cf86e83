import type { LunCheck } from "../model.ts";
import {
  type Disk,
  filesElsewhere,
  type HyperVVm,
  type Inventory,
  type Partition,
  pathsOf,
  type Session,
  vmsOn,
} from "./inventory.ts";

/** What is looked for on a LUN that Windows uses. */
export type WindowsRule =
  | "SeveralDisks"
  | "ClusterDisk"
  | "BootOrSystemDisk"
  | "DynamicDisk"
  | "StorageSpaces"
  | "OfflineDisk"
  | "ReadOnlyDisk"
  | "NoVolume"
  | "FileSystem"
  | "NotPersistent"
  | "ClusteredVM"
  | "FilesElsewhere"
  | "PassThroughDisk"
  | "ImageInUse";

export interface Finding {
  kind: "Disk" | "Volume" | "Session" | "VM";
  name: string;
  rule: WindowsRule;
  verdict: Exclude<LunCheck["verdict"], "OK">;
  reason: string;
  /** Whether the LUN cannot be taken away from Windows and given back either. */
  stopsRestore: boolean;
}

/** GPT types of what only the logical disk manager and Storage Spaces can put together; MBR has one of its own. */
const dynamicTypes = ["{5808c8aa-7e8f-42e0-85d2-e1e90434cfb3}", "{af9b60a0-1431-4f62-bc68-3311714a69ad}"];
const dynamicMbrType = 0x42;
const spacesType = "{e75caf8f-f680-4cee-afa3-b001e56efc2d}";
/** GPT types of partitions with a volume of the user's. MBR: every other partition. */
const basicDataType = "{ebd0a0a2-b9e5-4433-87c0-68b6b72699c7}";
/** Of these VSS makes shadow copies, and writers know them. */
const fileSystems = ["NTFS", "ReFS"];

/** Everything that speaks against a snapshot with this Windows' help, or against a restore. Looks only at what was read. */
export function findingsOn(inventory: Inventory): Finding[] {
  const { disks, partitions, sessions } = inventory;
  const several = disks.length > 1 ? [severalDisks(disks)] : [];
  return [
    ...several,
    ...disks.flatMap((disk) => diskFindings(disk, partitions)),
    ...partitions.filter(hasData).flatMap(volumeFindings),
    ...sessions.flatMap(sessionFindings),
    ...vmFindings(inventory),
    ...passedThrough(inventory).map(passThroughFinding),
  ];
}

export function diskName({ number }: Disk): string {
  return `disk ${number}`;
}

export function volumeName(partition: Partition): string {
  return pathsOf(partition)[0] ?? partition.volume?.path ?? `partition ${partition.number}`;
}

/** Partitions on which a file system of the user's is, or should be. */
export function hasData({ gptType, mbrType, sizeBytes }: Partition): boolean {
  return sizeBytes > 0 && (gptType === "" ? mbrType !== 0 : gptType === basicDataType);
}

function severalDisks(disks: readonly Disk[]): Finding {
  const numbers = disks.map(({ number }) => number).join(" and ");
  const reason = `disks ${numbers} are the same LUN, seen over several paths: set MPIO up for it, or log out of all but one session`;
  return { ...refused(`disk ${numbers}`, "SeveralDisks", reason), stopsRestore: true };
}

function diskFindings(disk: Disk, partitions: readonly Partition[]): Finding[] {
  const own = partitions.filter(({ diskNumber }) => diskNumber === disk.number);
  const found = (applies: boolean, rule: WindowsRule, reason: string, stopsRestore = true): Finding[] =>
    applies ? [{ ...refused(diskName(disk), rule, reason), stopsRestore }] : [];
  const isDynamic = ({ gptType, mbrType }: Partition) => dynamicTypes.includes(gptType) || mbrType === dynamicMbrType;
  return [
    ...found(
      disk.clustered,
      "ClusterDisk",
      "it belongs to a failover cluster, whose other nodes write to it too; take a crash-consistent snapshot, and restore by hand after taking the resource offline",
    ),
    ...found(
      disk.boot || disk.system,
      "BootOrSystemDisk",
      "this Windows runs from it, so it cannot be taken away from it",
    ),
    ...found(
      own.some(isDynamic),
      "DynamicDisk",
      "it is a dynamic disk, which may be part of a volume on several disks",
    ),
    ...found(
      own.some(({ gptType }) => gptType === spacesType),
      "StorageSpaces",
      "it is part of a Storage Spaces pool, which one LUN alone cannot be put back into",
    ),
    ...found(disk.offline, "OfflineDisk", "it is offline, so nobody uses it here; -Type Crash is enough", false),
    ...found(
      !disk.offline && disk.readOnly,
      "ReadOnlyDisk",
      "it is read-only, so that VSS cannot freeze it; nothing changes on it, and -Type Crash is enough",
      false,
    ),
    ...found(
      !disk.offline && !own.some(hasData),
      "NoVolume",
      "Windows knows no volume on it: nothing on it can be brought to a consistent state",
      false,
    ),
  ];
}

function refused(name: string, rule: WindowsRule, reason: string): Omit<Finding, "stopsRestore"> {
  return { kind: "Disk", name, rule, verdict: "Refuse", reason };
}

function volumeFindings(partition: Partition): Finding[] {
  const { volume } = partition;
  if (volume === null || fileSystems.includes(volume.fileSystem)) return [];
  const found = volume.fileSystem === "" ? "no file system that Windows knows (RAW)" : volume.fileSystem;
  const reason = `it has ${found}; VSS makes shadow copies of ${fileSystems.join(" and ")} only`;
  return [
    { kind: "Volume", name: volumeName(partition), rule: "FileSystem", verdict: "Refuse", reason, stopsRestore: false },
  ];
}

function sessionFindings({ targetIqn, persistent }: Session): Finding[] {
  if (persistent) return [];
  const reason =
    "the log-in is not persistent: after a restart of this server the LUN is away. Register-IscsiSession makes it so";
  return [{ kind: "Session", name: targetIqn, rule: "NotPersistent", verdict: "Warn", reason, stopsRestore: false }];
}

function vmFindings(inventory: Inventory): Finding[] {
  return vmsOn(inventory).flatMap((vm): Finding[] => {
    const elsewhere = filesElsewhere(inventory, vm);
    const found = { kind: "VM" as const, name: vm.name, verdict: "Refuse" as const, stopsRestore: true };
    if (vm.clustered)
      return [
        { ...found, rule: "ClusteredVM", reason: "it is a role of a failover cluster, which would start it elsewhere" },
      ];
    if (elsewhere.length === 0) return [];
    const isImage = vm.files.every(
      (file) => file.role === "Image" || elsewhere.includes(file) || file.role === "Paging",
    );
    if (isImage)
      return [
        {
          ...found,
          rule: "ImageInUse",
          verdict: "Warn",
          reason: "it has an image of this LUN in a drive; take it out before a restore",
        },
      ];
    const reason = `it also has files elsewhere (${elsewhere.map(({ path }) => path).join(", ")}): a snapshot of this LUN alone would tear it apart`;
    return [{ ...found, rule: "FilesElsewhere", reason }];
  });
}

/** VMs at work that have a disk of the LUN for themselves: to Windows it is offline, and yet it is in use. */
export function passedThrough({ disks, vms }: Pick<Inventory, "disks" | "vms">): HyperVVm[] {
  const names = disks.map(diskName);
  return vms.filter(({ state, files }) => state !== "Off" && files.some(({ path }) => names.includes(path)));
}

function passThroughFinding({ name }: HyperVVm): Finding {
  const reason =
    "it has the disk passed through to it, where Windows can neither freeze nor dismount anything; -Type Crash takes a snapshot, and for a restore the VM must be off";
  return { kind: "VM", name, rule: "PassThroughDisk", verdict: "Refuse", reason, stopsRestore: true };
}
