import { exportLun } from "../../../initiator/mount.ts";
import { storageFailure } from "../failure.ts";
import type { Disk, Host } from "../host.ts";
import { read, write } from "../iscsi/scsi.ts";
import { freeLetter, isLetter, volumesOf } from "./accessPaths.ts";
import { attribute, readGpt, type Sectors } from "./gpt.ts";
import { openFiles } from "./openFiles.ts";
import { mountPath, mountVolumes, unmountVolume } from "./volumes.ts";

/** A disk's bytes over the first session that is logged in. */
export function sectors(disk: Disk): Sectors {
  const path = disk.paths.find(({ session }) => session.connection);
  const { connection } = path?.session ?? {};
  if (!path || !connection) throw new Error(`disk ${disk.number} has no path`);
  const facts = { ...disk.facts, lun: path.lun };
  return {
    sizeBytes: facts.sizeBytes,
    sectorSize: facts.sectorSize,
    read: (offset, length) => read(connection, facts, offset, length),
    write: (offset, bytes) => write(connection, facts, offset, bytes),
  };
}

/** What is mounted stays so: Windows looks at a volume's attributes when it arrives. */
export async function readLayout(disk: Disk): Promise<void> {
  disk.layout = await readGpt(sectors(disk));
  for (const volume of disk.volumes) {
    const now = disk.layout?.partitions.find(({ number }) => number === volume.partition.number);
    if (now) volume.partition = now;
  }
}

export async function bringOnline(host: Host, disk: Disk): Promise<void> {
  disk.layout = await readGpt(sectors(disk));
  const { initiatorIqn } = host.settings;
  const [path] = disk.paths.filter(({ session }) => session.connection);
  if (!path) throw storageFailure(host.settings.culture, 4);
  const { portal, iqn, chap } = path.session;
  disk.file = await exportLun({ portal, iqn, lun: path.lun, initiatorIqn, ...(chap && { chap }) });
  disk.isOffline = false;
  disk.offlineReason = "None";
  await mountVolumes(host, disk);
  await giveLetters(host, disk);
  remember(host, disk);
  host.effects.add("disk.online", disk.number, { naa: disk.facts.naa });
}

/** The mount manager gives a volume that it has never seen the next letter. */
async function giveLetters(host: Host, disk: Disk): Promise<void> {
  for (const volume of disk.volumes) {
    const unwanted = volume.partition.attributes & (attribute.noDriveLetter | attribute.hidden);
    if (unwanted || host.accessPaths.has(volume.guid)) continue;
    const letter = freeLetter(host);
    if (!letter) continue;
    host.accessPaths.set(volume.guid, [letter]);
    await mountPath(host, disk, volume, letter);
  }
}

export async function takeOffline(host: Host, disk: Disk): Promise<void> {
  const open = openFiles(disk.volumes);
  const { culture, offlineWhileOpen } = host.settings;
  if (open.length > 0 && offlineWhileOpen === "refuse") throw storageFailure(culture, 6, String(disk.number));
  await letGo(host, disk);
  disk.isOffline = true;
  disk.offlineReason = "Policy";
  remember(host, disk);
  host.effects.add("disk.offline", disk.number, { naa: disk.facts.naa, dismountedOpenFiles: open.length });
}

/** Writes to a target that is gone would wait for its return: they fail. */
export async function failLost({ paths, file }: Disk): Promise<void> {
  if (!paths.some(({ session }) => session.connection)) await file?.stop();
}

export async function letGo(host: Host, disk: Disk): Promise<void> {
  await failLost(disk);
  for (const volume of disk.volumes) await unmountVolume(host, volume);
  disk.volumes = [];
  await disk.file?.stop();
  disk.file = undefined;
}

export function remember(host: Host, { facts, isOffline, offlineReason, isReadOnly }: Disk): void {
  host.remembered.set(facts.naa, { isOffline, offlineReason, isReadOnly });
}

/** Another disk that is online and has this one's id. */
export function collidesWith(host: Host, disk: Disk): Disk | undefined {
  const { guid } = disk.layout ?? {};
  if (guid === undefined) return undefined;
  return host.disks.find((other) => other !== disk && !other.isOffline && other.layout?.guid === guid);
}

export const pathInUse = (host: Host, path: string): boolean =>
  volumesOf(host).some(({ volume }) => volume.mounted.includes(path)) ||
  (isLetter(path) && [...host.accessPaths.values()].some((paths) => paths.includes(path)));
