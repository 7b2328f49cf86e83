import type { Nas } from "../nas.ts";
import type { Lun, Mapping, Snapshot, Target, Volume } from "./state.ts";

type Index = number | undefined;

export const findLun = (nas: Nas, index: Index): Lun | undefined =>
  nas.state.luns.find((lun) => lun.lunIndex === index);

export const findTarget = (nas: Nas, index: Index): Target | undefined =>
  nas.state.targets.find((target) => target.targetIndex === index);

export const findVolume = (nas: Nas, id: Index): Volume | undefined =>
  nas.state.volumes.find((volume) => volume.volumeId === id);

export const findSnapshot = (nas: Nas, id: Index): Snapshot | undefined =>
  nas.state.snapshots.find((snapshot) => snapshot.snapshotId === id);

/** One that can still be used: not being removed. */
export function readySnapshot(nas: Nas, id: Index): Snapshot | undefined {
  const snapshot = findSnapshot(nas, id);
  return snapshot?.status === "ready" ? snapshot : undefined;
}

/** A LUN without its volume is a broken model: throws. */
export function volumeOf(nas: Nas, owner: { volumeId: number }): Volume {
  const volume = findVolume(nas, owner.volumeId);
  if (!volume) throw new Error(`no volume ${owner.volumeId}`);
  return volume;
}

export const lunOfVolume = (nas: Nas, volumeId: number): Lun | undefined =>
  nas.state.luns.find((lun) => lun.volumeId === volumeId);

export const snapshotsOf = (nas: Nas, volumeId: number): Snapshot[] =>
  nas.state.snapshots.filter((snapshot) => snapshot.volumeId === volumeId);

export interface Place {
  target: Target;
  mapping: Mapping;
}

/** Where a LUN is mapped. */
export function placesOf(nas: Nas, lunIndex: number): Place[] {
  return nas.state.targets.flatMap((target) =>
    target.luns.filter((mapping) => mapping.lunIndex === lunIndex).map((mapping) => ({ target, mapping })),
  );
}

/** Instant clones that still need this snapshot. */
export const clonesOf = (nas: Nas, snapshotId: number): Volume[] =>
  nas.state.volumes.filter((volume) => volume.cloneOfSnapshot === snapshotId);

/** The lowest number that is free; with reuse off the one after the highest ever seen. */
export function freeIndex(nas: Nas, used: number[], seen: number[] = []): number {
  const all = nas.quirks.get("indexReuse") ? used : [...used, ...seen];
  if (!nas.quirks.get("indexReuse")) return Math.max(-1, ...all) + 1;
  let index = 0;
  while (all.includes(index)) index++;
  return index;
}
