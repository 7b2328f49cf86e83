import { statfs } from "node:fs/promises";
import { runTool } from "../../../initiator/tools.ts";
import { letterOf, volumePath, volumesOf } from "../disks/accessPaths.ts";
import { attribute } from "../disks/gpt.ts";
import { notFound } from "../failure.ts";
import type { Disk, Host, Volume } from "../host.ts";
import { type Cmdlet, changes, ofObject, type Params, type Row, reads, select } from "./cmdlet.ts";
import { partitionId } from "./partition.ts";

const className = "MSFT_Volume";
const keys = ["ObjectId", "UniqueId", "DriveLetter", "Path", "FileSystemLabel"];

/** Its files lie in ext4; Windows would say NTFS. */
async function volumeRow({ disk, volume }: { disk: Disk; volume: Volume }): Promise<Row> {
  const space = volume.folder === undefined ? undefined : await statfs(volume.folder);
  const fileSystem = space ? "NTFS" : "RAW";
  return {
    $type: className,
    ObjectId: `{1}\\\\SRV1\\root/Microsoft/Windows/Storage/Providers_v2\\WSP_Volume.ObjectId="VO:${volumePath(volume)}"`,
    UniqueId: volumePath(volume),
    Path: volumePath(volume),
    DriveLetter: letterOf(volume),
    FileSystem: space ? fileSystem : null,
    FileSystemType: space ? fileSystem : "Unknown",
    FileSystemLabel: volume.partition.name,
    DriveType: "Fixed",
    HealthStatus: "Healthy",
    OperationalStatus: "OK",
    AllocationUnitSize: space?.bsize ?? 0,
    DedupMode: "NotAvailable",
    Size: space ? space.blocks * space.bsize : 0,
    SizeRemaining: space ? space.bavail * space.bsize : 0,
    ofPartition: partitionId(disk, volume.partition),
  };
}

const visible = (host: Host) =>
  volumesOf(host).filter(({ volume }) => !(volume.partition.attributes & attribute.hidden));

async function getVolume(host: Host, params: Params): Promise<Row[]> {
  const rows = await Promise.all(visible(host).map(volumeRow));
  const own = ofObject(rows, params, ["ofPartition"]);
  return select(host, className, own, params, keys).map(({ ofPartition, ...row }) => row);
}

/** Flushes the file system's cache to the disk. */
async function writeVolumeCache(host: Host, params: Params): Promise<Row[]> {
  const [row] = await getVolume(host, params);
  const found = volumesOf(host).find(({ volume }) => volumePath(volume) === row?.Path);
  if (!found) throw notFound(host.settings.culture, className, "DriveLetter", params.DriveLetter);
  if (found.volume.folder) await runTool("sync", ["--file-system", found.volume.folder]);
  host.effects.add("volume.flushed", volumePath(found.volume));
  return [];
}

export const volumeCmdlets: Record<string, Cmdlet> = {
  "Get-Volume": reads(getVolume),
  "Write-VolumeCache": changes(writeVolumeCache),
};
