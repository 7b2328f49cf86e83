import { isCode, QnapError, reasonOf } from "../errors.ts";
import type { SnapshotRef } from "../model.ts";
import { poll } from "../nas/jobs.ts";
import { deleteSnapshot, type NasSnapshot } from "../nas/snapshots.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { inOperation, mustGoOn } from "./bracket.ts";
import { findSnapshots, type LocatedSnapshot, locateSnapshot, sameLun } from "./locate.ts";
import { operationIdIn } from "./names.ts";
import { type RememberedLun, remember, reopenLun } from "./reopen.ts";

/** Removal took 20 to 60 s on QTS 5.2.9, seconds on hero (confirmed). */
const goneMs = 10 * 60_000;
/** A request whose answer was lost shows its effect, if any, within this time. */
const startedMs = 15_000;
/** Accepted, and still listed as ready this long: the NAS did nothing, as some do. The coding of its status is not sure. */
const idleMs = 90_000;

export async function removeSnapshot(
  { snapshot: ref, force, planOnly }: { snapshot: SnapshotRef; force?: boolean; planOnly?: boolean },
  context: Context,
) {
  const located = await locateSnapshot(ref, context);
  await mustBeOurs(located, force ?? false, context);
  mustHaveNoClone(located);
  const { snapshot } = located;
  if (planOnly) return { operationId: null, snapshot: snapshot.name };
  return inOperation(context, "removeLunSnapshot", [located], async (log) => {
    await log.add("plan", { lun: remember(located), name: snapshot.name, snapshotId: snapshot.snapshotId });
    mustGoOn(context, "Nothing was changed.");
    await removeAndWait(located, log, context);
    return { operationId: log.operationId, snapshot: snapshot.name };
  });
}

/** Name and record must both say that we made it. With force the name alone will do: the record may lie on another machine. */
async function mustBeOurs({ lun, snapshot }: LocatedSnapshot, force: boolean, { machine }: Context): Promise<void> {
  const { name, snapshotId } = snapshot;
  const refuse = (reason: string, advice: string) =>
    new QnapError("SnapshotNotOurs", { snapshot: name, reason, advice });
  if (operationIdIn(name) === undefined)
    throw refuse("its name is not one of ours", "Remove it in the NAS's own interface if it must go.");
  const record = (await machine.catalogue.snapshots(lun.naa)).get(name);
  if (record?.snapshotId !== snapshotId && !force) {
    throw refuse("this machine has no record of it", "Remove it on the machine that made it, or add -Force.");
  }
}

function mustHaveNoClone({ snapshot }: LocatedSnapshot): void {
  if (snapshot.clones.length > 0)
    throw new QnapError("SnapshotHasClone", { snapshot: snapshot.name, clones: snapshot.clones });
}

async function removeAndWait(located: LocatedSnapshot, log: OperationLog, context: Context): Promise<void> {
  const { nas, lun, snapshot } = located;
  await sameLun(located);
  if (!(await look(located))) throw await noLongerThere(located, log, context);
  await log.add("delete");
  try {
    await deleteSnapshot(nas, snapshot.snapshotId);
  } catch (error) {
    if (!(error instanceof Unconfirmed)) {
      await log.end("Failed", `snapshot '${snapshot.name}' was not removed: ${reasonOf(error)}`);
      throw error;
    }
    await mustHaveStarted(located, error, log);
  }
  try {
    await waitUntilGone(located, log.operationId, context);
  } catch (error) {
    // It said yes, and does nothing as long as a clone lives (single source): nothing of ours is under way.
    if (isCode(error, "SnapshotHasClone")) await log.end("Failed", reasonOf(error));
    throw error;
  }
  await context.machine.catalogue.remove(lun.naa, snapshot.name);
  await log.end("Completed", `snapshot '${snapshot.name}' is gone`);
}

/** Gone, or its id now belongs to another snapshot: asked twice before our record of it is dropped. */
async function noLongerThere(located: LocatedSnapshot, log: OperationLog, context: Context): Promise<QnapError> {
  const { nas, lun, snapshot } = located;
  await waitUntilGone(located, log.operationId, context);
  await context.machine.catalogue.remove(lun.naa, snapshot.name);
  await log.end("Completed", `snapshot '${snapshot.name}' is gone`);
  return new QnapError("SnapshotNotFound", { nas: nas.name, lun: lun.name, snapshot: snapshot.name });
}

async function mustHaveStarted(
  located: LocatedSnapshot,
  { call, message: reason }: Unconfirmed,
  { operationId }: OperationLog,
): Promise<void> {
  const started = await poll(startedMs, async () => {
    const status = (await look(located))?.status;
    return status === undefined || status === "Removing" ? true : undefined;
  });
  if (started) return;
  const { nas, snapshot } = located;
  const found = `Snapshot '${snapshot.name}' is still there.`;
  throw new QnapError("OutcomeUnknown", { nas: nas.name, call, reason, found, operation: operationId });
}

/** Deleting is finished when the snapshot is no longer listed: the NAS says yes long before, and sometimes does nothing. */
export async function waitUntilGone(located: LocatedSnapshot, operationId: string, context: Context): Promise<void> {
  const { nas, snapshot } = located;
  const startMs = Date.now();
  let absences = 0;
  const gone = await poll(goneMs, async () => {
    const found = await look(located);
    // One list without it may be one of a NAS that is out of sorts.
    if (!found) return ++absences === 2 ? true : undefined;
    absences = 0;
    if (found.clones.length > 0)
      throw new QnapError("SnapshotHasClone", { snapshot: snapshot.name, clones: found.clones });
    if (found.status === "Ready" && Date.now() - startMs > idleMs) return false;
    context.progress({ activity: "Removing snapshot", status: `${nas.name} is removing '${snapshot.name}'` });
    return undefined;
  });
  if (gone) return;
  const seconds = Math.round((Date.now() - startMs) / 1000);
  throw new QnapError("SnapshotNotGone", { nas: nas.name, snapshot: snapshot.name, seconds, operation: operationId });
}

async function look(located: LocatedSnapshot) {
  const { name, snapshotId } = located.snapshot;
  return (await findSnapshots(located, { name, snapshotId }))[0];
}

/** Finishes the removal: what was begun on purpose is not half-kept. */
export async function recoverRemoval(log: OperationLog, context: Context): Promise<void> {
  const plan = log.last<{ lun: RememberedLun; name: string; snapshotId: string }>("plan");
  if (!plan || !log.last("delete")) return log.end("Undone", "nothing was changed");
  if (operationIdIn(plan.name) === undefined)
    return log.end("Failed", `'${plan.name}' is no snapshot of ours; not touched`);
  const located = await reopenLun(plan.lun, context);
  const remembered = { snapshotId: plan.snapshotId, name: plan.name, createTime: null, description: null, vital: null };
  const snapshot: NasSnapshot = { ...remembered, status: "Unknown", clones: [] };
  const [found] = await findSnapshots(located, { name: plan.name, snapshotId: plan.snapshotId });
  if (found) return removeAndWait({ ...located, snapshot: found }, log, context);
  await noLongerThere({ ...located, snapshot }, log, context);
}
