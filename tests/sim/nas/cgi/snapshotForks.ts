import type { Call } from "../http/call.ts";
import { beginClone, type CloneSpec, finishClone } from "../model/clone.ts";
import { findSnapshot } from "../model/find.ts";
import { nameTaken } from "../model/luns.ts";
import { findPool } from "../model/pools.ts";
import { beginRecover, finishRecover, recoverIsRefused } from "../model/recover.ts";
import { newerWithClone, nextSnapshotId, roomForSnapshot, sourceVolume, takeSnapshot } from "../model/snapshots.ts";
import type { Snapshot } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import type { Answer } from "./answer.ts";
import { code, codes } from "./function.ts";

const cgi = "snapshot.cgi";

/** Starts `work` behind the answer (fork=1), or does it before answering. */
async function forkOrWait(nas: Nas, kind: string, id: number, ms: number, work: () => Promise<number>): Promise<void> {
  nas.background.fork(cgi, kind, id, ms, work);
  if (!nas.quirks.get("forks")) await nas.background.idle(cgi);
}

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
  const snapshot = findSnapshot(nas, params.int("snapshotID"));
  if (!snapshot) return code(codes.snapshotMissing);
  const spec = cloneSpec(call, snapshot, kind);
  if (spec.name === "") return code(codes.badParameter);
  if (nameTaken(nas, spec.name)) return code(codes.exists);
  if (!findPool(nas, spec.poolId) || nas.state.luns.length >= nas.profile.limits.luns) return code(codes.failed);
  return { result: 0, fork: nas.quirks.get("forks"), effect: () => startClone(nas, snapshot, spec) };
}

function startClone(nas: Nas, snapshot: Snapshot, spec: CloneSpec): Promise<void> {
  const lun = beginClone(nas, snapshot, spec);
  const ms = nas.quirks.pace(spec.instant ? "instantCloneMs" : "cloneMs");
  return forkOrWait(nas, "lun.clone", snapshot.snapshotId, ms, async () => {
    await finishClone(nas, snapshot, lun, spec.targetIndex);
    return 0;
  });
}

export async function recover(call: Call): Promise<Answer> {
  const { nas, params } = call;
  const snapshot = findSnapshot(nas, params.int("snapshotID"));
  if (!snapshot) return code(codes.snapshotMissing);
  const stops = params.text("stop_service") === "yes";
  if (!stops && (await recoverIsRefused(nas, snapshot))) return code(codes.inUse);
  if (newerWithClone(nas, snapshot).length > 0) return code(-619);
  const safety = params.text("take_snapshot") === "yes";
  if (safety && !(await roomForSnapshot(nas, snapshot.volumeId))) return code(codes.safetySnapshotFailed);
  return { result: 0, fork: nas.quirks.get("forks"), effect: () => startRecover(nas, snapshot, safety) };
}

export async function startRecover(nas: Nas, snapshot: Snapshot, safety: boolean): Promise<void> {
  if (safety) await takeSafetySnapshot(nas, snapshot);
  beginRecover(nas, snapshot);
  await forkOrWait(nas, "snapshot.recover", snapshot.snapshotId, nas.quirks.pace("recoverMs"), async () => {
    await finishRecover(nas, snapshot);
    return 0;
  });
}

function takeSafetySnapshot(nas: Nas, snapshot: Snapshot): Promise<void> {
  const id = nextSnapshotId(nas);
  const spec = { name: `Recover-${id}`, vital: false, expireMin: 0, description: "before the revert", type: 0 };
  return takeSnapshot(nas, id, sourceVolume(nas, snapshot), spec);
}
