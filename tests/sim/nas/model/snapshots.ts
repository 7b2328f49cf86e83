import type { Nas } from "../nas.ts";
import { clonesOf, findVolume, lunOfVolume, snapshotsOf } from "./find.ts";
import type { Snapshot, Volume } from "./state.ts";

export interface SnapshotSpec {
  name: string;
  vital: boolean;
  expireMin: number;
  description: string;
  type: number;
}

export const nextSnapshotId = (nas: Nas): number => nas.state.nextSnapshotId++;

/** Makes room at the limit where the NAS does so by itself; says whether there is room. */
export async function roomForSnapshot(nas: Nas, volumeId: number): Promise<boolean> {
  const full = (): boolean => {
    const { snapshotsPerLun, snapshotsPerNas } = nas.profile.limits;
    return snapshotsOf(nas, volumeId).length >= snapshotsPerLun || nas.state.snapshots.length >= snapshotsPerNas;
  };
  if (!full() || !nas.quirks.get("limitRecycles")) return !full();
  const oldest = snapshotsOf(nas, volumeId).find((snapshot) => !snapshot.vital);
  if (oldest) await dropSnapshot(nas, oldest);
  return !full();
}

/** The point in time: copies the bytes as they are now, then lists the snapshot. */
export async function takeSnapshot(nas: Nas, snapshotId: number, volume: Volume, spec: SnapshotSpec): Promise<void> {
  if (!findVolume(nas, volume.volumeId)) return;
  const file = `snapshot-${snapshotId}.img`;
  const createdAtMs = nas.clock.now();
  const startedAtMs = Date.now();
  await nas.files.copy(volume.file, file);
  nas.state.snapshots.push({
    ...spec,
    snapshotId,
    volumeId: volume.volumeId,
    createdAtMs,
    status: "ready",
    sizeBytes: volume.sizeBytes,
    file,
  });
  const lunIndex = lunOfVolume(nas, volume.volumeId)?.lunIndex;
  nas.effects.add("snapshot.create", snapshotId, { name: spec.name, lunIndex, copyMs: Date.now() - startedAtMs });
  await nas.save();
}

export function deleteSnapshot(nas: Nas, snapshot: Snapshot): void {
  snapshot.status = "removing";
  nas.effects.add("snapshot.delete", snapshot.snapshotId, { name: snapshot.name });
  const ms = nas.quirks.pace("deleteSnapshotMs");
  nas.background.job("snapshot.delete", snapshot.snapshotId, ms, async () => {
    await dropSnapshot(nas, snapshot);
    await nas.save();
  });
}

export async function dropSnapshot(nas: Nas, snapshot: Snapshot): Promise<void> {
  if (!nas.state.snapshots.includes(snapshot)) return;
  nas.state.snapshots = nas.state.snapshots.filter((other) => other !== snapshot);
  nas.effects.add("snapshot.gone", snapshot.snapshotId, { name: snapshot.name });
  if (snapshot.file) await nas.files.remove(snapshot.file);
}

/** Removes what has expired by the clock of the NAS. */
export async function expireSnapshots(nas: Nas): Promise<void> {
  const expired = nas.state.snapshots.filter((snapshot) => isExpired(nas, snapshot));
  for (const snapshot of expired) await dropSnapshot(nas, snapshot);
  if (expired.length > 0) await nas.save();
}

function isExpired(nas: Nas, snapshot: Snapshot): boolean {
  if (snapshot.expireMin <= 0 || (snapshot.vital && !nas.quirks.get("vitalExpires"))) return false;
  return snapshot.createdAtMs + snapshot.expireMin * 60_000 <= nas.clock.now();
}

export const newerThan = (nas: Nas, snapshot: Snapshot): Snapshot[] =>
  snapshotsOf(nas, snapshot.volumeId).filter((other) => other.snapshotId > snapshot.snapshotId);

/** Newer snapshots that an instant clone holds; they forbid a revert that would destroy them (-619). */
export const newerWithClone = (nas: Nas, snapshot: Snapshot): Snapshot[] =>
  nas.quirks.get("revertKeepsNewer")
    ? []
    : newerThan(nas, snapshot).filter((other) => clonesOf(nas, other.snapshotId).length > 0);

export function sourceVolume(nas: Nas, snapshot: Snapshot): Volume {
  const volume = findVolume(nas, snapshot.volumeId);
  if (!volume) throw new Error(`snapshot ${snapshot.snapshotId} without its volume`);
  return volume;
}
