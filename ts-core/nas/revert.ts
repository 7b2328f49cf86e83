import { isCode } from "../errors.ts";
import { paths, writeCgi } from "./cgi.ts";
import { refusal } from "./codes.ts";
import { begun, countJobs, followFork, followJobs } from "./jobs.ts";
import type { Nas } from "./nas.ts";
import { rest } from "./rest.ts";
import { integer } from "./xml.ts";

/** A revert copies back what has changed: hours are possible on QTS. */
const revertTimeoutMs = 12 * 3600 * 1000;
const call = "revert LUN";

/**
 * Reverts a LUN to a snapshot and follows it to its end. Throws Unconfirmed when the revert may be, or may have been, under way;
 * any other error means that the NAS has not begun.
 */
export async function revertLun(nas: Nas, snapshotId: string, look: () => void): Promise<void> {
  return nas.firmware.snapshots === "rest" ? revertByRest(nas, snapshotId, look) : revertByCgi(nas, snapshotId, look);
}

/** Waits for a revert that another process, since dead, may have begun. */
export async function awaitRevert(nas: Nas, look: () => void): Promise<void> {
  if (nas.firmware.snapshots === "rest") return followJobs(nas, call, 0, revertTimeoutMs, look);
  // The slot may hold another call's old result, good or bad: only that it no longer runs is of use.
  try {
    await followFork(nas, call, revertTimeoutMs, look);
  } catch (error) {
    if (!isCode(error, "NasError", "NasBusy")) throw error;
  }
}

/** stop_service, take_snapshot and map_lun: documented, unmeasured. The safety copy is ours, as is the mapping. */
async function revertByCgi(nas: Nas, snapshotId: string, look: () => void): Promise<void> {
  const parameters = {
    func: "recover_snapshot",
    by_lun: 1,
    snapshotID: snapshotId,
    stop_service: "no",
    take_snapshot: "no",
    map_lun: 1,
  };
  const { result, answer } = await writeCgi(nas.session, paths.snapshot, parameters, { call });
  if (result < 0) throw refusal(nas.name, call, result);
  if (integer(answer, "fork") === 1) await begun(call, () => followFork(nas, call, revertTimeoutMs, look));
}

async function revertByRest(nas: Nas, snapshotId: string, look: () => void): Promise<void> {
  const jobsBefore = await countJobs(nas);
  const path = `/snapmgr/v1/snapshots/${encodeURIComponent(snapshotId)}/recovery?stop=false&save_key=false`;
  const answer = await rest(nas.session, { method: "POST", path, body: {} }, { call, write: true });
  if (answer.errorCode !== 0) throw refusal(nas.name, call, answer.errorCode, answer.errorMessage);
  await begun(call, () => followJobs(nas, call, jobsBefore, revertTimeoutMs, look));
}
