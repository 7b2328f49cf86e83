import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { exportLun } from "../../../initiator/mount.ts";
import { runTool } from "../../../initiator/tools.ts";
import type { Disk, Host } from "../host.ts";
import { isLetter, localFolder } from "./accessPaths.ts";
import { basicData, type GptPartition, writeGpt } from "./gpt.ts";
import { bringOnline, sectors } from "./state.ts";

export interface PrepareDisk {
  naa: string;
  /** One volume for each, of equal size: `F:\`, `C:\data`. */
  paths: string[];
  label?: string;
}

/** mkfs looks at every mounted device, and waits for those of others whose target is gone; without /proc it sees none. */
const makeFileSystem = 'mount -t tmpfs none /proc && exec "$0" "$@" 2>/dev/null';

const mebibyte = 1024 * 1024;
const reserved = "{e3c9e316-0b5c-4db8-817d-f92df00215ae}";

/** As if somebody had set the disk up long ago: partitioned, formatted, online, with its paths. */
export async function prepareDisk(host: Host, { naa, paths, label = "Data" }: PrepareDisk): Promise<Disk> {
  const disk = host.disks.find(({ facts }) => facts.naa === naa.toUpperCase());
  if (!disk) throw new Error(`no disk with NAA ${naa}`);
  const partitions = partitionsFor(disk, paths.length, label);
  disk.layout = { guid: `{${randomUUID()}}`, partitions };
  await writeGpt(sectors(disk), disk.layout);
  await format(host, disk, partitions.slice(1));
  disk.isReadOnly = false;
  for (const [index, path] of paths.entries()) await assign(host, partitions[index + 1], path);
  await bringOnline(host, disk);
  return disk;
}

/** Windows puts a reserved partition before the first volume. */
function partitionsFor({ facts }: Disk, count: number, label: string): GptPartition[] {
  const start = 16 * mebibyte;
  const each = Math.floor((facts.sizeBytes - start - mebibyte) / count / mebibyte) * mebibyte;
  const first = newPartition(1, reserved, mebibyte, start - mebibyte, "Microsoft reserved partition");
  const volumes = Array.from({ length: count }, (_, index) =>
    newPartition(index + 2, basicData, start + index * each, each, count === 1 ? label : `${label}${index + 1}`),
  );
  return [first, ...volumes];
}

function newPartition(number: number, type: string, offset: number, sizeBytes: number, name: string): GptPartition {
  return { number, type, guid: `{${randomUUID()}}`, offset, sizeBytes, name, attributes: 0n };
}

async function format(host: Host, disk: Disk, partitions: GptPartition[]): Promise<void> {
  const [path] = disk.paths;
  if (!path) throw new Error("no path");
  const { portal, iqn, chap } = path.session;
  const { initiatorIqn } = host.settings;
  const lun = await exportLun({ portal, iqn, lun: path.lun, initiatorIqn, ...(chap && { chap }) });
  try {
    for (const { offset, sizeBytes } of partitions) {
      const options = ["-q", "-F", "-E", `offset=${offset}`, lun.file, `${sizeBytes / 1024}k`];
      await runTool("unshare", ["--mount", "sh", "-c", makeFileSystem, "mkfs.ext4", ...options]);
    }
  } finally {
    await lun.stop();
  }
}

async function assign(host: Host, partition: GptPartition | undefined, path: string): Promise<void> {
  if (!partition) return;
  host.accessPaths.set(partition.guid, [path]);
  if (!isLetter(path)) await mkdir(localFolder(host, path), { recursive: true });
}
