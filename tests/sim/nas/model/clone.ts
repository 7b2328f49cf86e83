import type { Nas } from "../nas.ts";
import { findTarget, findVolume } from "./find.ts";
import { becomeReady, newLun, newVolume, nextLunIndex } from "./luns.ts";
import { sourceVolume } from "./snapshots.ts";
import type { Lun, Snapshot, Volume } from "./state.ts";
import { mapLun } from "./targets.ts";

export interface CloneSpec {
  name: string;
  poolId: number;
  instant: boolean;
  targetIndex?: number;
}

/** The new LUN is listed as busy at once; its bytes come while the clone runs. */
export function beginClone(nas: Nas, snapshot: Snapshot, spec: CloneSpec): Lun {
  const { sizeBytes, thin, sectorSize, threshold, ssdCache } = sourceVolume(nas, snapshot);
  const { name, poolId } = spec;
  const volume = newVolume(nas, { name, poolId, sizeBytes, thin, sectorSize, threshold, ssdCache });
  volume.sizeBytes = snapshot.sizeBytes;
  if (spec.instant) volume.cloneOfSnapshot = snapshot.snapshotId;
  const lun = newLun(nas, volume, nextLunIndex(nas), name);
  nas.effects.add("lun.clone", lun.lunIndex, { name, snapshotId: snapshot.snapshotId, instant: spec.instant });
  return lun;
}

export async function finishClone(nas: Nas, snapshot: Snapshot, lun: Lun, targetIndex?: number): Promise<void> {
  const volume = findVolume(nas, lun.volumeId);
  if (!volume) return;
  await copyBytes(nas, snapshot, volume);
  const target = findTarget(nas, targetIndex);
  if (target) await mapLun(nas, target, lun);
  await becomeReady(nas, lun);
}

async function copyBytes(nas: Nas, snapshot: Snapshot, volume: Volume): Promise<void> {
  if (snapshot.file) await nas.files.copy(snapshot.file, volume.file);
  else await nas.files.create(volume.file, snapshot.sizeBytes);
}
