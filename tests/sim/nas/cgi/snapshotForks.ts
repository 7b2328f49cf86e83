import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import type { CloneSpec } from "../model/clone.ts";
import { readySnapshot } from "../model/find.ts";
import { startClone, startRecover } from "../model/forks.ts";
import { nameTaken } from "../model/luns.ts";
import { findPool } from "../model/pools.ts";
import { recoverIsRefused } from "../model/recover.ts";
import { newerWithClone, roomForSnapshot, sourceVolume } from "../model/snapshots.ts";
import type { Snapshot } from "../model/state.ts";
import type { Answer } from "./answer.ts";
import { code } from "./function.ts";

function cloneSpec({ nas, params }: Call, snapshot: Snapshot, kind: "full" | "instant"): CloneSpec {
  const targetIndex = params.int("targetIndex");
  const bare = !params.has("poolID") && nas.quirks.get("cloneWithoutPoolIsInstant");
  return {
    name: params.text("new_name"),
    poolId: params.int("poolID") ?? sourceVolume(nas, snapshot).poolId,
    instant: kind === "instant" || bare,
    ...(targetIndex !== undefined && { targetIndex }),
  };
}

/** The new LUN's index is not in the answer: found by name (confirmed). */
export function clone(call: Call, kind: "full" | "instant"): Answer {
  const { nas, params } = call;
  if (kind === "instant" && !nas.quirks.get("instantClone")) return {};
  const snapshot = readySnapshot(nas, params.int("snapshotID"));
  if (!snapshot) return code(codes.snapshotMissing);
  const spec = cloneSpec(call, snapshot, kind);
  if (spec.name === "") return code(codes.badParameter);
  if (nameTaken(nas, spec.name)) return code(codes.exists);
  if (!findPool(nas, spec.poolId) || nas.state.luns.length >= nas.profile.limits.luns) return code(codes.failed);
  return { result: 0, fork: nas.quirks.get("forks"), effect: () => startClone(nas, snapshot, spec) };
}

export async function recover(call: Call): Promise<Answer> {
  const { nas, params } = call;
  const snapshot = readySnapshot(nas, params.int("snapshotID"));
  if (!snapshot) return code(codes.snapshotMissing);
  const stops = params.text("stop_service") === "yes";
  if (!stops && (await recoverIsRefused(nas, snapshot))) return code(codes.inUse);
  if (newerWithClone(nas, snapshot).length > 0) return code(codes.newerHasClone);
  const safety = params.text("take_snapshot") === "yes";
  if (safety && !(await roomForSnapshot(nas, snapshot.volumeId))) return code(codes.safetySnapshotFailed);
  return { result: 0, fork: nas.quirks.get("forks"), effect: () => startRecover(nas, snapshot, safety) };
}
