import { randomBytes, randomUUID } from "node:crypto";
import type { Nas } from "../nas.ts";
import { freeIndex, lunOfVolume, snapshotsOf, volumeOf } from "./find.ts";
import { dropSnapshot } from "./snapshots.ts";
import type { Lun, Volume } from "./state.ts";

export interface LunSpec {
  name: string;
  poolId: number;
  sizeBytes: number;
  thin: boolean;
  sectorSize: 512 | 4096;
  threshold: number;
  ssdCache: boolean;
}

/** QNAP's NAA: type 6, OUI E8:43:B6, 32 hex digits in all (confirmed). */
export const newNaa = (): string => `6e843b6${randomBytes(13).toString("hex").slice(0, 25)}`;

export const nextLunIndex = (nas: Nas): number =>
  freeIndex(
    nas,
    nas.state.luns.map((lun) => lun.lunIndex),
    nas.state.ghosts,
  );

/** Terabytes as QNAP states them for its products; the portal shows the same number. */
export const fitsProduct = (nas: Nas, sizeBytes: number): boolean => sizeBytes <= nas.profile.limits.lunTb * 1e12;

export const nameTaken = (nas: Nas, name: string): boolean => nas.state.luns.some((lun) => lun.name === name);

export function newVolume(nas: Nas, spec: LunSpec): Volume {
  const volumeId = nas.state.nextVolumeId++;
  const { name: label, ...rest } = spec;
  const volume: Volume = { ...rest, volumeId, label, file: `volume-${volumeId}.img`, creating: true };
  nas.state.volumes.push(volume);
  return volume;
}

/** Puts an iSCSI LUN before a volume. Not ready, and without NAA, for a while (confirmed). */
export function newLun(nas: Nas, volume: Volume, lunIndex: number, name: string): Lun {
  const lun: Lun = {
    lunIndex,
    name,
    volumeId: volume.volumeId,
    naa: newNaa(),
    naaKnown: false,
    serial: randomUUID(),
    status: "creating",
    busyAnswers: 0,
  };
  nas.state.luns.push(lun);
  nas.state.ghosts = nas.state.ghosts.filter((index) => index !== lunIndex);
  return lun;
}

/** A volume and its file, or neither. */
export async function allocateVolume(nas: Nas, spec: LunSpec): Promise<Volume> {
  const volume = newVolume(nas, spec);
  try {
    await nas.files.create(volume.file, spec.sizeBytes);
  } catch (error) {
    await dropVolume(nas, volume);
    throw error;
  }
  return volume;
}

export async function createLun(nas: Nas, lunIndex: number, spec: LunSpec): Promise<void> {
  const volume = await allocateVolume(nas, spec);
  const lun = newLun(nas, volume, lunIndex, spec.name);
  nas.effects.add("lun.create", lunIndex, { name: spec.name, sizeBytes: spec.sizeBytes });
  nas.background.job("lun.create", lunIndex, nas.quirks.pace("createLunMs"), () => becomeReady(nas, lun));
}

/** The end of a creation: usable now, its NAA known a while later. */
export async function becomeReady(nas: Nas, lun: Lun): Promise<void> {
  lun.status = "ready";
  volumeOf(nas, lun).creating = false;
  nas.effects.add("lun.ready", lun.lunIndex, { name: lun.name });
  await nas.exports.sync();
  await nas.save();
  nas.background.later(nas.quirks.pace("naaDelayMs"), async () => {
    lun.naaKnown = true;
    await nas.save();
  });
}

export async function growVolume(nas: Nas, volume: Volume, sizeBytes: number): Promise<void> {
  await nas.files.grow(volume.file, sizeBytes);
  volume.sizeBytes = sizeBytes;
}

/** Listed as removing for a while; its snapshots go with it. */
export function removeLun(nas: Nas, lun: Lun): void {
  lun.status = "removing";
  nas.effects.add("lun.remove", lun.lunIndex, { name: lun.name });
  nas.background.job("lun.remove", lun.lunIndex, nas.quirks.pace("removeLunMs"), () => finishLunRemoval(nas, lun));
}

export async function finishLunRemoval(nas: Nas, lun: Lun): Promise<void> {
  forgetLun(nas, lun);
  if (!nas.quirks.get("removeLunLeavesVolume")) await dropVolume(nas, volumeOf(nas, lun));
  await nas.exports.sync();
  await nas.save();
}

function forgetLun(nas: Nas, lun: Lun): void {
  nas.state.luns = nas.state.luns.filter((other) => other !== lun);
  nas.state.ghosts.push(lun.lunIndex);
  for (const target of nas.state.targets) target.luns = target.luns.filter((m) => m.lunIndex !== lun.lunIndex);
  nas.effects.add("lun.gone", lun.lunIndex, { name: lun.name });
}

async function dropVolume(nas: Nas, volume: Volume): Promise<void> {
  for (const snapshot of snapshotsOf(nas, volume.volumeId)) await dropSnapshot(nas, snapshot);
  nas.state.volumes = nas.state.volumes.filter((other) => other !== volume);
  await nas.files.remove(volume.file);
}

/** A volume goes at once, and takes its LUN along (REST). */
export async function removeVolume(nas: Nas, volume: Volume): Promise<void> {
  const lun = lunOfVolume(nas, volume.volumeId);
  if (lun) forgetLun(nas, lun);
  await nas.exports.sync();
  await dropVolume(nas, volume);
  nas.effects.add("volume.remove", volume.volumeId, { label: volume.label });
}
