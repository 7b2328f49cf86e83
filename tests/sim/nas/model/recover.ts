import type { Nas } from "../nas.ts";
import { lunOfVolume, type Place, placesOf } from "./find.ts";
import { newNaa } from "./luns.ts";
import { dropSnapshot, newerThan, sourceVolume } from "./snapshots.ts";
import type { Lun, Snapshot } from "./state.ts";

/** Why the NAS would not put the LUN back now: it is mapped, enabled, or somebody is logged in to it. */
export async function recoverIsRefused(nas: Nas, snapshot: Snapshot): Promise<boolean> {
  const lun = lunOfVolume(nas, snapshot.volumeId);
  const places = lun ? placesOf(nas, lun.lunIndex) : [];
  const enabled = places.filter(({ mapping }) => mapping.enabled);
  const rules = {
    never: () => false,
    mapped: () => places.length > 0,
    enabled: () => enabled.length > 0,
    connected: () => someoneConnected(nas, enabled),
  };
  return rules[nas.quirks.get("recoverRefusedWhen")]();
}

async function someoneConnected(nas: Nas, places: Place[]): Promise<boolean> {
  const lists = await Promise.all(places.map(({ target }) => nas.exports.connections(target)));
  return lists.some((connections) => connections.length > 0);
}

export function beginRecover(nas: Nas, snapshot: Snapshot): void {
  const lun = lunOfVolume(nas, snapshot.volumeId);
  if (lun) lun.status = "reverting";
  nas.effects.add("snapshot.recoverStart", snapshot.snapshotId, { name: snapshot.name, lunIndex: lun?.lunIndex });
}

/** Puts the bytes back into the LUN's own file, and takes newer snapshots with it where the firmware does so. */
export async function finishRecover(nas: Nas, snapshot: Snapshot): Promise<void> {
  const volume = sourceVolume(nas, snapshot);
  const lun = lunOfVolume(nas, volume.volumeId);
  if (snapshot.file) await nas.files.rewrite(snapshot.file, volume.file);
  volume.sizeBytes = snapshot.sizeBytes;
  if (!nas.quirks.get("revertKeepsNewer")) await dropNewer(nas, snapshot);
  if (lun) endRevert(nas, lun);
  nas.effects.add("snapshot.recover", snapshot.snapshotId, { name: snapshot.name, lunIndex: lun?.lunIndex });
  await nas.exports.sync();
  await nas.save();
}

async function dropNewer(nas: Nas, snapshot: Snapshot): Promise<void> {
  for (const newer of newerThan(nas, snapshot)) await dropSnapshot(nas, newer);
}

function endRevert(nas: Nas, lun: Lun): void {
  lun.status = "ready";
  if (nas.quirks.get("revertChangesNaa")) lun.naa = newNaa();
}
