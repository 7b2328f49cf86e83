import { codes } from "../codes.ts";
import type { Nas } from "../nas.ts";
import { snapshotsOf } from "./find.ts";
import { hasRoom, snapshotReserve } from "./pools.ts";
import { roomForSnapshot, type SnapshotSpec, takeSnapshot } from "./snapshots.ts";
import type { Volume } from "./state.ts";

/** The code that refuses a new snapshot, if anything does. */
export async function whyNot(nas: Nas, volume: Volume, name: string): Promise<number | undefined> {
  const twice = snapshotsOf(nas, volume.volumeId).some((snapshot) => snapshot.name === name);
  if (twice && !nas.quirks.get("duplicateSnapshotNames")) return codes.exists;
  if (!hasRoom(nas, volume.poolId, snapshotReserve(nas))) return nas.quirks.get("poolFullResult");
  return (await roomForSnapshot(nas, volume.volumeId)) ? undefined : nas.quirks.get("snapshotLimitResult");
}

/** Whether the point in time exists when the answer leaves is not known of any firmware (assumed: it does not). */
export async function takeInTime(nas: Nas, id: number, volume: Volume, spec: SnapshotSpec): Promise<void> {
  const ms = nas.quirks.pace("createSnapshotMs");
  const take = () => takeSnapshot(nas, id, volume, spec);
  if (nas.quirks.get("createAnswersEarly")) return nas.background.job("snapshot.create", id, ms, take);
  await new Promise((resolve) => setTimeout(resolve, ms));
  await take();
}
