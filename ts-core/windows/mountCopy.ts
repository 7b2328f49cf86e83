import { randomBytes, randomUUID } from "node:crypto";
import { QnapError } from "../errors.ts";
import type { PlacedCopy } from "../ports.ts";
import { awaitDisk, findDisk, setOffline, setReadOnly } from "./disk.ts";
import { ensure } from "./ensure.ts";
import { attributeBits, type Disk, type Partition, pathsOf, plainPath, readPartitions } from "./inventory.ts";
import type { HostSession } from "./powershell.ts";
import { hasData } from "./rules.ts";

/** Without these Windows shows the volume, and with a path. */
const hidingBits = attributeBits.filter((bit) => bit !== "readOnly");

/** The disk of a copy, read-only and online, its volumes at the folder. Each step looks first, so all of it may be repeated. */
export async function mountCopy(
  host: HostSession,
  copy: PlacedCopy<"Windows">,
  announce: () => Promise<void>,
): Promise<void> {
  const { naa } = copy;
  const disk = await awaitDisk(host, naa);
  if (isMine(disk, copy) && disk.readOnly && !disk.offline) return mountVolumes(host, copy, disk);
  await announce();
  // What is on it is written to but for its identity and its hiding bits only by Windows, if at all: it is a copy of our own.
  await setReadOnly(host, naa, false);
  await giveIdentity(host, copy);
  await showVolumes(host, disk);
  await setOffline(host, naa, true);
  await setReadOnly(host, naa, true);
  await setOffline(host, naa, false);
  await mountVolumes(host, copy, (await findDisk(host, naa)) ?? disk);
}

function isMine({ guid, signature }: Disk, { place: { originalDisk } }: PlacedCopy<"Windows">): boolean {
  return guid !== originalDisk.guid || signature !== originalDisk.signature;
}

/**
 * Two disks with one GUID or signature are not online together. Windows lets the disk have another while it is offline (assumed:
 * the documentation asks for "online for most attributes"), or gives it one itself when it comes online (single source).
 */
async function giveIdentity(host: HostSession, copy: PlacedCopy<"Windows">): Promise<void> {
  const { naa } = copy;
  const isSo = async () => {
    const disk = await findDisk(host, naa);
    return disk !== undefined && isMine(disk, copy);
  };
  const identity = copy.place.originalDisk.guid === "" ? { Signature: newSignature() } : { Guid: `{${randomUUID()}}` };
  const set = () =>
    ensure({
      what: "give the copy a GUID of its own",
      isSo,
      act: () => host.act("Set-HostDisk", { Naa: naa, ...identity }),
    });
  await set().catch(async (error: unknown) => {
    await setOffline(host, naa, false).catch(() => Promise.reject(error));
    await set();
  });
}

const newSignature = (): number => randomBytes(4).readUInt32LE() || 1;

/** A snapshot that VSS took has its volumes hidden; bits are changed while the disk is online (documented). */
async function showVolumes(host: HostSession, disk: Disk): Promise<void> {
  const { naa } = disk;
  await setOffline(host, naa, false);
  for (const partition of (await readPartitions(host, disk)).filter(hasData)) {
    for (const bit of hidingBits.filter((one) => partition[one]))
      await host.act("Set-HostPartition", { Naa: naa, Number: partition.number, Bit: bit });
  }
}

async function mountVolumes(host: HostSession, copy: PlacedCopy<"Windows">, disk: Disk): Promise<void> {
  const { path } = copy.place;
  const partitions = (await readPartitions(host, disk)).filter(hasData);
  if (partitions.length === 0)
    throw new QnapError("MountPathRefused", {
      lun: copy.name,
      path,
      reason: "the snapshot holds no volume that Windows knows",
    });
  const folderOf = ({ number }: Partition) => (partitions.length === 1 ? path : `${path}\\Partition${number}`);
  for (const partition of partitions) await putAt(host, disk, partition, folderOf(partition));
}

/** At its folder, and nowhere else: a letter that Windows gave it by itself is taken away. */
async function putAt(host: HostSession, disk: Disk, { number }: Partition, folder: string): Promise<void> {
  const paths = async () => {
    const now = (await readPartitions(host, disk)).find((one) => one.number === number);
    return now ? pathsOf(now) : [];
  };
  const isAt = async (path: string) => (await paths()).some((one) => plainPath(one) === plainPath(path));
  const change = (what: string, act: string, path: string, wanted: boolean) =>
    ensure({
      what,
      isSo: async () => (await isAt(path)) === wanted,
      act: () => host.act(act, { Naa: disk.naa, Number: number, Path: path }),
    });
  await change(`mount the copy at ${folder}`, "Add-HostAccessPath", folder, true);
  for (const path of (await paths()).filter((one) => plainPath(one) !== plainPath(folder)))
    await change(`take ${path} from the copy`, "Remove-HostAccessPath", path, false);
}
