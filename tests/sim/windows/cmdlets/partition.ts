import { existsSync, readdirSync } from "node:fs";
import { freeLetter, isLetter, letterOf, localFolder, normalPath, volumePath } from "../disks/accessPaths.ts";
import { attribute, basicData, type GptPartition, writeGpt } from "../disks/gpt.ts";
import { pathInUse, sectors } from "../disks/state.ts";
import { isReadOnly, mountPath, mountVolume, unmountPath, unmountVolume } from "../disks/volumes.ts";
import { notFound, storageFailure } from "../failure.ts";
import type { Disk, Host, Volume } from "../host.ts";
import { type Cmdlet, changes, ofObject, type Params, type Row, reads, select } from "./cmdlet.ts";
import { diskPath, objectId } from "./disk.ts";

interface Place {
  disk: Disk;
  partition: GptPartition;
  volume: Volume | undefined;
}

const className = "MSFT_Partition";
const keys = ["ObjectId", "DiskNumber", "DiskId", "PartitionNumber", "DriveLetter", "Offset", "Guid"];

const places = (host: Host): Place[] =>
  host.disks.flatMap((disk) =>
    (disk.layout?.partitions ?? []).map((partition) => ({
      disk,
      partition,
      volume: disk.volumes.find((volume) => volume.partition.number === partition.number),
    })),
  );

export const partitionId = (disk: Disk, { offset }: GptPartition): string => `${objectId(disk)}:PR:${offset}`;

function partitionRow({ disk, partition, volume }: Place): Row {
  const has = (bit: bigint) => (partition.attributes & bit) !== 0n;
  const isVisible = volume && !has(attribute.hidden);
  return {
    $type: className,
    ObjectId: partitionId(disk, partition),
    UniqueId: `${disk.facts.naa}:${partition.number}`,
    DiskId: diskPath(disk),
    DiskNumber: disk.number,
    PartitionNumber: partition.number,
    DriveLetter: (volume && letterOf(volume)) ?? "\0",
    AccessPaths: isVisible ? [...volume.mounted, volumePath(volume)] : null,
    OperationalStatus: disk.isOffline ? "Offline" : "Online",
    TransitionState: 1,
    Size: partition.sizeBytes,
    Offset: partition.offset,
    Guid: partition.guid,
    GptType: partition.type,
    Type: partition.type === basicData ? "Basic" : "Unknown",
    MbrType: null,
    IsReadOnly: has(attribute.readOnly),
    IsShadowCopy: has(attribute.shadowCopy),
    IsHidden: has(attribute.hidden),
    NoDefaultDriveLetter: has(attribute.noDriveLetter),
    IsOffline: disk.isOffline,
    IsSystem: false,
    IsBoot: false,
    IsActive: false,
    ofDisk: objectId(disk),
    ofVolume: volume && volumePath(volume),
  };
}

function getPartition(host: Host, params: Params): Row[] {
  const own = ofObject(places(host).map(partitionRow), params, ["ofDisk", "ofVolume"]);
  const rows = select(host, className, own, params, keys);
  return rows.map(({ ofDisk, ofVolume, ...row }) => row);
}

function onePlace(host: Host, params: Params): Place {
  const [row] = getPartition(host, params);
  const place = places(host).find((one) => partitionRow(one).ObjectId === row?.ObjectId);
  if (!place) throw notFound(host.settings.culture, className, "DiskNumber", params.DiskNumber);
  return place;
}

const bits: Record<string, bigint> = {
  IsReadOnly: attribute.readOnly,
  IsHidden: attribute.hidden,
  IsShadowCopy: attribute.shadowCopy,
  NoDefaultDriveLetter: attribute.noDriveLetter,
};

async function setPartition(host: Host, params: Params): Promise<Row[]> {
  const place = onePlace(host, params);
  const wanted = Object.entries(bits).filter(([name]) => typeof params[name] === "boolean");
  if (wanted.length > 0) await setAttributes(host, place, wanted, params);
  if (typeof params.NewDriveLetter === "string") await newLetter(host, place, `${params.NewDriveLetter}:\\`);
  return [];
}

async function setAttributes(host: Host, place: Place, wanted: [string, bigint][], params: Params): Promise<void> {
  const { disk, partition, volume } = place;
  writable(host, disk);
  const before = partition.attributes;
  for (const [name, bit] of wanted)
    partition.attributes = params[name] ? partition.attributes | bit : partition.attributes & ~bit;
  if (disk.layout) await writeGpt(sectors(disk), disk.layout);
  const detail = Object.fromEntries(wanted.map(([name]) => [name, params[name]]));
  host.effects.add("partition.attributes", disk.number, { partition: partition.number, ...detail });
  const looksOtherwise = (before ^ partition.attributes) & (attribute.readOnly | attribute.hidden);
  if (volume && looksOtherwise) await remount(host, disk, volume);
}

function writable({ settings }: Host, disk: Disk): void {
  if (disk.isOffline) throw storageFailure(settings.culture, 41003, String(disk.number));
  if (disk.isReadOnly) throw storageFailure(settings.culture, 41004, String(disk.number));
}

async function remount(host: Host, disk: Disk, volume: Volume): Promise<void> {
  await unmountVolume(host, volume);
  await mountVolume(host, disk, volume);
}

/** The old letter goes. */
async function newLetter(host: Host, place: Place, path: string): Promise<void> {
  const { disk, volume } = place;
  if (!volume) throw storageFailure(host.settings.culture, disk.isOffline ? 41003 : 5);
  if (pathInUse(host, path)) throw storageFailure(host.settings.culture, 42002);
  for (const old of volume.mounted.filter(isLetter)) await forgetPath(host, volume, old);
  await keepPath(host, disk, volume, path);
}

async function addAccessPath(host: Host, params: Params): Promise<Row[]> {
  const { disk, volume } = onePlace(host, params);
  const { culture } = host.settings;
  if (!volume) throw storageFailure(culture, disk.isOffline ? 41003 : 5);
  const path = params.AssignDriveLetter ? freeLetter(host) : normalPath(String(params.AccessPath));
  if (!path || !isPlaceFor(host, path)) throw storageFailure(culture, 42003, String(params.AccessPath));
  if (pathInUse(host, path)) throw storageFailure(culture, 42002, path);
  await keepPath(host, disk, volume, path);
  return [];
}

/** A letter, or a folder that is there and empty (documented). */
function isPlaceFor(host: Host, path: string): boolean {
  if (isLetter(path)) return true;
  const folder = localFolder(host, path);
  return existsSync(folder) && readdirSync(folder).length === 0;
}

async function keepPath(host: Host, disk: Disk, volume: Volume, path: string): Promise<void> {
  host.accessPaths.set(volume.guid, [...(host.accessPaths.get(volume.guid) ?? []), path]);
  if (!(volume.partition.attributes & attribute.hidden)) await mountPath(host, disk, volume, path);
  host.effects.add("partition.accessPath", path, { volume: volume.guid, readOnly: isReadOnly(disk, volume) });
}

async function removeAccessPath(host: Host, params: Params): Promise<Row[]> {
  const { volume } = onePlace(host, params);
  const path = normalPath(String(params.AccessPath));
  const known = volume ? (host.accessPaths.get(volume.guid) ?? []) : [];
  if (!volume || !path || !known.includes(path))
    throw storageFailure(host.settings.culture, 42003, String(params.AccessPath));
  await forgetPath(host, volume, path);
  return [];
}

async function forgetPath(host: Host, volume: Volume, path: string): Promise<void> {
  if (volume.mounted.includes(path)) await unmountPath(host, volume, path);
  const left = (host.accessPaths.get(volume.guid) ?? []).filter((other) => other !== path);
  host.accessPaths.set(volume.guid, left);
  host.effects.add("partition.accessPathGone", path, { volume: volume.guid });
}

export const partitionCmdlets: Record<string, Cmdlet> = {
  "Get-Partition": reads(getPartition),
  "Set-Partition": changes(setPartition),
  "Add-PartitionAccessPath": changes(addAccessPath),
  "Remove-PartitionAccessPath": changes(removeAccessPath),
};
