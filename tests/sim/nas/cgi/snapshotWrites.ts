import type { Call } from "../http/call.ts";
import { clonesOf, findLun, findSnapshot, findVolume, snapshotsOf, volumeOf } from "../model/find.ts";
import { hasRoom, snapshotReserve } from "../model/pools.ts";
import {
  deleteSnapshot,
  nextSnapshotId,
  roomForSnapshot,
  type SnapshotSpec,
  takeSnapshot,
} from "../model/snapshots.ts";
import type { Volume } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import type { Answer } from "./answer.ts";
import { code, codes } from "./function.ts";

function volumeOfCall({ nas, params }: Call): Volume | undefined {
  const lun = findLun(nas, params.int("lunID"));
  return lun ? volumeOf(nas, lun) : findVolume(nas, params.int("volumeID"));
}

function specOf({ params }: Call): SnapshotSpec {
  return {
    name: params.text("snapshot_name"),
    vital: params.text("vital") === "1",
    expireMin: params.int("expire_min") ?? 0,
    description: params.text("snapshot_description"),
    type: params.int("snapshot_type") ?? 0,
  };
}

export async function create(call: Call): Promise<Answer> {
  const { nas } = call;
  const volume = volumeOfCall(call);
  const spec = specOf(call);
  if (!volume) return code(codes.lunMissing);
  if (spec.name === "") return code(codes.badParameter);
  const refused = await whyNot(nas, volume, spec.name);
  if (refused !== undefined) return code(refused);
  const id = nextSnapshotId(nas);
  const result = nas.quirks.get("createResult") === "id" ? id : 0;
  return { result, effect: () => takeInTime(nas, id, volume, spec) };
}

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

/** Deleting goes on in the background; while an instant clone lives, nothing happens at all (single source). */
export function remove({ nas, params }: Call): Answer {
  const verb = nas.quirks.get("deleteVerb");
  if (verb !== "both" && verb !== params.text("func")) return {};
  const snapshot = findSnapshot(nas, params.int("snapshotID"));
  if (!snapshot) return code(codes.snapshotMissing);
  if (snapshot.status === "removing") return code(0);
  if (nas.background.uses(snapshot.snapshotId)) return code(codes.busy);
  if (clonesOf(nas, snapshot.snapshotId).length > 0)
    return nas.quirks.get("deleteIgnoredWithClone") ? code(0) : code(-618);
  return { result: 0, effect: async () => deleteSnapshot(nas, snapshot) };
}
