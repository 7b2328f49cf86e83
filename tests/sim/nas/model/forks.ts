import type { Nas } from "../nas.ts";
import { beginClone, type CloneSpec, finishClone } from "./clone.ts";
import { beginRecover, finishRecover } from "./recover.ts";
import { nextSnapshotId, sourceVolume, takeSnapshot } from "./snapshots.ts";
import type { Snapshot } from "./state.ts";

const cgi = "snapshot.cgi";

/** Starts `work` behind the answer (fork=1), or does it before answering. */
async function forkOrWait(nas: Nas, kind: string, id: number, ms: number, work: () => Promise<void>): Promise<void> {
  nas.background.fork(cgi, kind, id, ms, work);
  if (!nas.quirks.get("forks")) await nas.background.idle(cgi);
}

export function startClone(nas: Nas, snapshot: Snapshot, spec: CloneSpec): Promise<void> {
  const lun = beginClone(nas, snapshot, spec);
  const ms = nas.quirks.pace(spec.instant ? "instantCloneMs" : "cloneMs");
  return forkOrWait(nas, "lun.clone", snapshot.snapshotId, ms, () => finishClone(nas, snapshot, lun, spec.targetIndex));
}

export async function startRecover(nas: Nas, snapshot: Snapshot, safety: boolean): Promise<void> {
  if (safety) await takeSafetySnapshot(nas, snapshot);
  beginRecover(nas, snapshot);
  await forkOrWait(nas, "snapshot.recover", snapshot.snapshotId, nas.quirks.pace("recoverMs"), () =>
    finishRecover(nas, snapshot),
  );
}

function takeSafetySnapshot(nas: Nas, snapshot: Snapshot): Promise<void> {
  const id = nextSnapshotId(nas);
  const spec = { name: `Recover-${id}`, vital: false, expireMin: 0, description: "before the revert", type: 0 };
  return takeSnapshot(nas, id, sourceVolume(nas, snapshot), spec);
}
