import { randomUUID } from "node:crypto";
import { writeGpt } from "../disks/gpt.ts";
import { collisionReason, rescan } from "../disks/rescan.ts";
import { bringOnline, collidesWith, readLayout, remember, sectors, takeOffline } from "../disks/state.ts";
import { mountVolume, unmountVolume } from "../disks/volumes.ts";
import { notFound, storageFailure } from "../failure.ts";
import type { Disk, Host } from "../host.ts";
import { type Cmdlet, changes, type Params, type Row, reads, select } from "./cmdlet.ts";

const keys = ["ObjectId", "Number", "UniqueId", "Path", "FriendlyName", "SerialNumber"];

/** MSFT_Disk, enumerations as the Storage module shows them. */
export function diskRow(disk: Disk): Row {
  const { facts, layout, isOffline, offlineReason } = disk;
  const partitions = layout?.partitions ?? [];
  const allocated = partitions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    $type: "MSFT_Disk",
    ObjectId: objectId(disk),
    Path: diskPath(disk),
    Location: `PCI Slot 3 : Adapter 0 : Port 0 : Target ${disk.number} : LUN ${disk.paths[0]?.lun ?? 0}`,
    FriendlyName: `${facts.vendor} ${facts.product}`,
    UniqueId: facts.naa,
    UniqueIdFormat: "FCPH Name",
    Number: disk.number,
    DiskNumber: disk.number,
    SerialNumber: facts.serial,
    FirmwareVersion: facts.revision,
    Manufacturer: facts.vendor.padEnd(8),
    Model: facts.product.padEnd(16),
    Size: facts.sizeBytes,
    AllocatedSize: allocated,
    LargestFreeExtent: Math.max(0, facts.sizeBytes - allocated - 2 * 1024 * 1024),
    LogicalSectorSize: facts.sectorSize,
    PhysicalSectorSize: facts.sectorSize,
    NumberOfPartitions: partitions.length,
    ProvisioningType: "Thin",
    OperationalStatus: isOffline ? "Offline" : "Online",
    HealthStatus: "Healthy",
    BusType: "iSCSI",
    PartitionStyle: layout ? "GPT" : "RAW",
    Signature: null,
    Guid: layout?.guid ?? null,
    IsOffline: isOffline,
    OfflineReason: isOffline ? offlineReason : null,
    IsReadOnly: disk.isReadOnly,
    IsClustered: disk.cluster !== undefined,
    IsSystem: false,
    IsBoot: false,
    BootFromDisk: false,
    IsHighlyAvailable: false,
    IsScaleOut: false,
  };
}

/** The system's own disk, that no LUN is. */
export const systemDisk: Row = {
  ...{ $type: "MSFT_Disk", ObjectId: "system", Path: "\\\\?\\ide#diskvbox_harddisk#5&33d1638a&0&0.0.0#{53f56307}" },
  ...{ FriendlyName: "Virtual HD ATA Device", UniqueId: "SCSI\\DISK&VEN_MSFT&PROD_VIRTUAL_DISK\\5&0:SRV1" },
  ...{ UniqueIdFormat: "Vendor Specific", Number: 0, DiskNumber: 0, SerialNumber: "0001", BusType: "SAS" },
  ...{ Size: 137438953472, NumberOfPartitions: 3, OperationalStatus: "Online", HealthStatus: "Healthy" },
  ...{ LogicalSectorSize: 512, PhysicalSectorSize: 4096, PartitionStyle: "GPT", Signature: null },
  ...{ Guid: "{0a6e1b0c-5b0b-4c0e-9d53-6a1c0ffee001}", IsOffline: false, OfflineReason: null, IsReadOnly: false },
  ...{ IsClustered: false, IsSystem: true, IsBoot: true, BootFromDisk: true },
};

export const objectId = ({ facts, paths }: Disk): string =>
  `{1}\\\\SRV1\\root/Microsoft/Windows/Storage/Providers_v2\\WSP_Disk.ObjectId="DI:${facts.naa}/${paths[0]?.session.id}"`;

export const diskPath = ({ number, facts }: Disk): string =>
  `\\\\?\\scsi#disk&ven_qnap&prod_iscsi_storage#1&1c121344&0&${String(number).padStart(6, "0")}#{${facts.naa.slice(0, 8)}-b6bf-11d0-94f2-00a0c91efb8b}`;

/** The one disk that the parameters name. */
export function oneDisk(host: Host, params: Params): Disk {
  const [row] = select(host, "MSFT_Disk", host.disks.map(diskRow), params, keys);
  const disk = host.disks.find((one) => objectId(one) === row?.ObjectId);
  if (!disk) throw notFound(host.settings.culture, "MSFT_Disk", "Number", params.Number);
  return disk;
}

function getDisk(host: Host, params: Params): Row[] {
  const sessionId = params.IscsiSession;
  const ofSession = ({ paths }: Disk) =>
    paths.some(({ session }) => [session.id, session.connectionId].includes(String(sessionId)));
  if (sessionId !== undefined) return host.disks.filter(ofSession).map(diskRow);
  return select(host, "MSFT_Disk", [systemDisk, ...host.disks.map(diskRow)], params, keys);
}

async function setDisk(host: Host, params: Params): Promise<Row[]> {
  const disk = oneDisk(host, params);
  const { culture } = host.settings;
  if (disk.cluster) throw storageFailure(culture, 41018, String(disk.number));
  if (params.IsOffline === false && disk.isOffline) await online(host, disk);
  if (params.IsOffline === true && !disk.isOffline) await takeOffline(host, disk);
  if (typeof params.IsReadOnly === "boolean") await setReadOnly(host, disk, params.IsReadOnly);
  if (typeof params.Guid === "string") await setGuid(host, disk, params.Guid);
  return [];
}

async function online(host: Host, disk: Disk): Promise<void> {
  await readLayout(disk);
  if (collidesWith(host, disk)) {
    if (host.settings.collisionOnline === "refuse" || disk.isReadOnly) {
      disk.offlineReason = collisionReason(host, disk);
      throw storageFailure(host.settings.culture, 4, String(disk.number));
    }
    await writeGuid(host, disk, `{${randomUUID()}}`);
  }
  await bringOnline(host, disk);
}

/** Volumes are dismounted for it, as their file systems must learn of it. */
async function setReadOnly(host: Host, disk: Disk, readOnly: boolean): Promise<void> {
  if (disk.isReadOnly === readOnly) return;
  for (const volume of disk.volumes) await unmountVolume(host, volume);
  disk.isReadOnly = readOnly;
  for (const volume of disk.volumes) await mountVolume(host, disk, volume);
  remember(host, disk);
  host.effects.add("disk.readOnly", disk.number, { naa: disk.facts.naa, readOnly });
}

async function setGuid(host: Host, disk: Disk, guid: string): Promise<void> {
  const { culture, guidWhileOffline } = host.settings;
  if (disk.isOffline && !guidWhileOffline) throw storageFailure(culture, 41003, String(disk.number));
  if (disk.isReadOnly) throw storageFailure(culture, 41004, String(disk.number));
  if (!/^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(guid)) throw storageFailure(culture, 5);
  await readLayout(disk);
  if (!disk.layout) throw storageFailure(culture, 41000, String(disk.number));
  await writeGuid(host, disk, `{${guid.replaceAll(/[{}]/g, "").toLowerCase()}}`);
}

async function writeGuid(host: Host, disk: Disk, guid: string): Promise<void> {
  disk.layout = { partitions: [], ...disk.layout, guid };
  await writeGpt(sectors(disk), disk.layout);
  if (disk.isOffline && !collidesWith(host, disk)) disk.offlineReason = "Policy";
  host.effects.add("disk.guid", disk.number, { naa: disk.facts.naa, guid });
}

async function updateDisk(host: Host, params: Params): Promise<Row[]> {
  await readLayout(oneDisk(host, params));
  return [];
}

async function updateHostStorageCache(host: Host): Promise<Row[]> {
  await rescan(host);
  return [];
}

export const diskCmdlets: Record<string, Cmdlet> = {
  "Get-Disk": reads(getDisk),
  "Set-Disk": changes(setDisk),
  "Update-Disk": changes(updateDisk),
  "Update-HostStorageCache": changes(updateHostStorageCache),
};
