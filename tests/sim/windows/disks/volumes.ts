import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runTool } from "../../../initiator/tools.ts";
import type { Disk, Host, Volume } from "../host.ts";
import { localFolder } from "./accessPaths.ts";
import { attribute, basicData, type GptPartition } from "./gpt.ts";
import { mountTable, openFiles } from "./openFiles.ts";

const freeWithinMs = 10_000;

/** The volumes of a disk that has come online: mounted where the mount manager knows them. */
export async function mountVolumes(host: Host, disk: Disk): Promise<void> {
  for (const partition of disk.layout?.partitions ?? []) {
    if (partition.type !== basicData) continue;
    const volume = newVolume(host, disk, partition);
    disk.volumes.push(volume);
    await mountVolume(host, disk, volume);
  }
}

function newVolume(host: Host, disk: Disk, partition: GptPartition): Volume {
  const guid = volumeGuid(host, disk, partition.guid);
  return { guid, partition, device: undefined, folder: undefined, mounted: [], mountIds: [] };
}

/** That of its partition (observed on GPT disks), unless another volume has it: then a new one, which is kept. */
function volumeGuid(host: Host, disk: Disk, partitionGuid: string): string {
  const key = `${disk.facts.naa}/${partitionGuid}`;
  const known = host.volumeNames.get(key);
  if (known) return known;
  const taken = host.disks.some((other) => other.volumes.some(({ guid }) => guid === partitionGuid));
  const guid = taken ? `{${randomUUID()}}` : partitionGuid;
  if (taken) host.volumeNames.set(key, guid);
  return guid;
}

export async function mountVolume(host: Host, disk: Disk, volume: Volume): Promise<void> {
  const { file } = disk.file ?? {};
  if (!file || !(await hasFileSystem(file, volume.partition.offset))) return;
  volume.device = await attachLoop(file, volume.partition, isReadOnly(disk, volume));
  volume.folder = join(host.mounts, volume.guid);
  await mountAt(volume.folder, disk, volume);
  // From now on it goes with its last mount, however we end.
  await runTool("losetup", ["--detach", volume.device]);
  if (volume.partition.attributes & attribute.hidden) return;
  for (const path of remembered(host, volume)) await mountPath(host, disk, volume, path);
}

/** With "no default drive letter" a letter does not come back by itself; folders do (assumed). */
function remembered(host: Host, { guid, partition }: Volume): string[] {
  const paths = host.accessPaths.get(guid) ?? [];
  return partition.attributes & attribute.noDriveLetter ? paths.filter((path) => !/^[A-Z]:\\$/.test(path)) : paths;
}

export async function mountPath(host: Host, disk: Disk, volume: Volume, path: string): Promise<void> {
  if (!volume.device) return;
  await mountAt(localFolder(host, path), disk, volume);
  volume.mounted.push(path);
}

/** Open files go on: as in Windows only the name is gone. */
export async function unmountPath(host: Host, volume: Volume, path: string): Promise<void> {
  await runTool("umount", ["--lazy", localFolder(host, path)]);
  volume.mounted.splice(volume.mounted.indexOf(path), 1);
}

/** Everything of the volume; what is open keeps a file system that no longer writes. */
export async function unmountVolume(host: Host, volume: Volume): Promise<void> {
  if (!volume.device || !volume.folder) return;
  const inUse = openFiles([volume]).length > 0;
  await runTool("sync", ["--file-system", volume.folder]).catch(() => "");
  if (inUse) await runTool("mount", ["-o", "remount,abort", volume.folder]).catch(() => "");
  for (const path of [...volume.mounted]) await unmountPath(host, volume, path);
  await runTool("umount", inUse ? ["--lazy", volume.folder] : [volume.folder]);
  if (!inUse) await isFree(volume.device);
  Object.assign(volume, { device: undefined, folder: undefined, mountIds: [] });
}

export const isReadOnly = (disk: Disk, { partition }: Volume): boolean =>
  disk.isReadOnly || (partition.attributes & attribute.readOnly) !== 0n;

async function mountAt(folder: string, disk: Disk, volume: Volume): Promise<void> {
  await mkdir(folder, { recursive: true });
  const options = isReadOnly(disk, volume) ? ["-o", "ro,noload"] : [];
  await runTool("mount", [...options, volume.device ?? "", folder]);
  const [id] = mountTable().flatMap((mount) => (mount.folder === folder ? [mount.id] : []));
  if (id) volume.mountIds.push(id);
}

async function hasFileSystem(file: string, offset: number): Promise<boolean> {
  const handle = await open(file, "r");
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, offset + 1024 + 56);
    return buffer.readUInt16LE(0) === 0xef53;
  } finally {
    await handle.close();
  }
}

async function attachLoop(file: string, { offset, sizeBytes }: GptPartition, readOnly: boolean): Promise<string> {
  await makeLoopNodes();
  const range = ["--offset", String(offset), "--sizelimit", String(sizeBytes), ...(readOnly ? ["--read-only"] : [])];
  return (await runTool("losetup", ["--find", "--show", ...range, file])).trim();
}

/** What the kernel still holds for a loop device is written when that is free. */
async function isFree(device: string): Promise<void> {
  const bound = `/sys/block/${device.replace("/dev/", "")}/loop`;
  for (const deadline = Date.now() + freeWithinMs; existsSync(bound) && Date.now() < deadline; ) await sleep(10);
}

/** A container's /dev has eight of them. */
async function makeLoopNodes(): Promise<void> {
  for (let minor = 0; minor < 64; minor++) {
    const node = `/dev/loop${minor}`;
    if (!existsSync(node)) await runTool("mknod", [node, "b", "7", String(minor)]).catch(() => "");
  }
}
