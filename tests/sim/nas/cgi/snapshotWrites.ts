import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import { clonesOf, findLun, findSnapshot, findVolume, volumeOf } from "../model/find.ts";
import { takeInTime, whyNot } from "../model/snapshotCreation.ts";
import { deleteSnapshot, nextSnapshotId, type SnapshotSpec } from "../model/snapshots.ts";
import type { Volume } from "../model/state.ts";
import type { Answer } from "./answer.ts";
import { code } from "./function.ts";

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

/** Deleting goes on in the background; while an instant clone lives, nothing happens at all (single source). */
export function remove({ nas, params }: Call): Answer {
  const verb = nas.quirks.get("deleteVerb");
  if (verb !== "both" && verb !== params.text("func")) return {};
  const snapshot = findSnapshot(nas, params.int("snapshotID"));
  if (!snapshot) return code(codes.snapshotMissing);
  if (snapshot.status === "removing") return code(0);
  if (nas.background.uses(snapshot.snapshotId)) return code(codes.busy);
  const ignored = nas.quirks.get("deleteIgnoredWithClone") ? 0 : codes.hasClone;
  if (clonesOf(nas, snapshot.snapshotId).length > 0) return code(ignored);
  return { result: 0, effect: async () => deleteSnapshot(nas, snapshot) };
}
