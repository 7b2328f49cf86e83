import { isCode, QnapError, reasonOf } from "../errors.ts";
import type { RestorePlan, SnapshotRef } from "../model.ts";
import { Unconfirmed } from "../nas/call.ts";
import { setLunEnabled } from "../nas/luns.ts";
import { awaitRevert, revertLun } from "../nas/revert.ts";
import type { Consumer } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { aloneOnNas, inOperation, mustGoOn } from "./bracket.ts";
import {
  findSnapshots,
  type LocatedLun,
  type LocatedSnapshot,
  locateSnapshot,
  mustBeReady,
  sameLun,
} from "./locate.ts";
import { noConsumer } from "./noConsumer.ts";
import { type RememberedLun, remember, reopenLun } from "./reopen.ts";
import { planRestore, type SafetyChoice } from "./restorePlan.ts";
import { dropSafetyCopy, makeSafetyCopy } from "./safetyCopy.ts";

export interface RestoreRequest {
  snapshot: SnapshotRef;
  safetyCopy: SafetyChoice;
  destroyNewerSnapshots?: boolean;
  force?: boolean;
  planOnly?: boolean;
}

interface Mapping {
  targetIndex: number;
  lunNumber: number;
}

interface DisableEntry {
  lun: RememberedLun;
  mappings: Mapping[];
}

interface RevertEntry {
  snapshotId: string;
  snapshot: string;
}

/** How often a write that can be repeated without harm (disable, enable) is sent before we give up. */
const switchTries = 3;

export async function restoreSnapshot(request: RestoreRequest, context: Context) {
  const located = await locateSnapshot(request.snapshot, context);
  mustBeReady(located);
  const plan = await planRestore(located, request.safetyCopy, context.signal);
  if (request.planOnly) return { plan, operationId: null, safetyCopyName: null, seconds: null };
  const consumer = noConsumer;
  await consumer.mustRelease(located, { force: request.force ?? false }, context);
  mustMayDestroy(plan, request.destroyNewerSnapshots ?? false);
  return inOperation(context, "restoreLunSnapshot", [located], async (log) => {
    const done = await aloneOnNas(context, located.nas, () => restoreOrUndo(located, plan, consumer, log, context));
    return { plan, operationId: log.operationId, ...done };
  });
}

function mustMayDestroy({ lunName, newerSnapshots }: RestorePlan, allowed: boolean): void {
  if (newerSnapshots.length === 0 || allowed) return;
  throw new QnapError("NewerSnapshots", { lun: lunName, count: newerSnapshots.length, names: newerSnapshots });
}

async function restoreOrUndo(
  located: LocatedSnapshot,
  plan: RestorePlan,
  consumer: Consumer,
  log: OperationLog,
  context: Context,
) {
  try {
    return await restore(located, plan, consumer, log, context);
  } catch (error) {
    // What is known to have done nothing is undone at once; a revert that may be under way waits for Repair-QnapOperation.
    const revertOpen = log.last("revert") && !log.last("refused") && !log.last("reverted");
    if (log.announced && !log.ended && !revertOpen) await recover(log, context);
    throw error;
  }
}

async function restore(
  located: LocatedSnapshot,
  plan: RestorePlan,
  consumer: Consumer,
  log: OperationLog,
  context: Context,
) {
  const { lun, snapshot } = located;
  const safetyCopyName = await makeSafetyCopy(located, plan.safetyCopy, log, context);
  mustGoOn(context, "The LUN was not touched.");
  const startMs = Date.now();
  await consumer.release(located, context);
  await disable(located, log, context);
  await revert(located, log, context);
  await comeBack(located, log, context);
  await consumer.reattach(located, context);
  await log.end("Completed", `LUN '${lun.name}' is as it was in '${snapshot.name}'`);
  return { safetyCopyName, seconds: Math.round((Date.now() - startMs) / 100) / 10 };
}

/** Hides the LUN on every target that shows it, so that nobody writes while it is reverted. */
async function disable(located: LocatedLun, log: OperationLog, context: Context): Promise<void> {
  const { lun } = located;
  const mappings = lun.targets
    .filter((target) => target.enabled)
    .map(({ targetIndex, lunNumber }) => ({ targetIndex, lunNumber }));
  await sameLun(located);
  await log.add("disable", { lun: remember(located), mappings } satisfies DisableEntry);
  context.progress({ activity: "Restoring LUN", status: `Disabling '${lun.name}' on its targets` });
  await switchAll(located, mappings, false);
}

/** Switches and reads back until every mapping is as wanted: saying it twice does no harm. */
async function switchAll(located: LocatedLun, mappings: Mapping[], enabled: boolean): Promise<void> {
  for (let tries = 1; ; tries++) {
    const now = await sameLun(located);
    const open = mappings.filter(({ targetIndex }) =>
      now.targets.some((target) => target.targetIndex === targetIndex && target.enabled !== enabled),
    );
    if (open.length === 0) return mustKeepNumbers(located, now.targets, mappings);
    if (tries > switchTries) throw switchFailed(located, enabled);
    for (const { targetIndex } of open) {
      await setLunEnabled(located.nas, located.lun.lunIndex, targetIndex, enabled).catch((error: unknown) => {
        if (!(error instanceof Unconfirmed) && !isCode(error, "NasBusy")) throw error;
      });
    }
  }
}

function mustKeepNumbers({ nas, lun }: LocatedLun, now: Mapping[], before: Mapping[]): void {
  const lost = before.filter(
    (old) => !now.some(({ targetIndex, lunNumber }) => targetIndex === old.targetIndex && lunNumber === old.lunNumber),
  );
  if (lost.length === 0) return;
  const reason = `LUN '${lun.name}' is no longer LUN number ${lost.map(({ lunNumber, targetIndex }) => `${lunNumber} on target ${targetIndex}`).join(", ")}`;
  throw new QnapError("NasAnswerUnreadable", { nas: nas.name, call: "LUN information", reason });
}

function switchFailed({ nas, lun }: LocatedLun, enabled: boolean): QnapError {
  const call = enabled ? "enable LUN" : "disable LUN";
  return new QnapError("NasError", {
    nas: nas.name,
    call,
    result: "success",
    reason: `it said so ${switchTries} times, but LUN '${lun.name}' did not change`,
  });
}

/** From here to comeBack nothing stops for a cancel: the LUN is away from its hosts. */
async function revert(located: LocatedSnapshot, log: OperationLog, context: Context): Promise<void> {
  const { nas, lun, snapshot } = located;
  const look = () =>
    context.progress({ activity: "Restoring LUN", status: `${nas.name} reverts '${lun.name}' to '${snapshot.name}'` });
  await sameLun(located);
  await log.add("revert", { snapshotId: snapshot.snapshotId, snapshot: snapshot.name } satisfies RevertEntry);
  look();
  try {
    await revertLun(nas, snapshot.snapshotId, look);
  } catch (error) {
    if (isCode(error, "NasError", "NasBusy", "NasUnreachable")) await log.add("refused", { reason: reasonOf(error) });
    throw error;
  }
  await log.add("reverted");
}

/** Same NAA as before, then back on its targets under the same numbers. */
async function comeBack(located: LocatedLun, log: OperationLog, context: Context): Promise<void> {
  const { lun } = located;
  await mustBeSameAfter(located, log);
  context.progress({ activity: "Restoring LUN", status: `Enabling '${lun.name}' on its targets` });
  await switchAll(located, log.last<DisableEntry>("disable")?.mappings ?? [], true);
}

async function mustBeSameAfter(located: LocatedLun, log: OperationLog): Promise<void> {
  try {
    await sameLun(located);
  } catch (error) {
    if (!isCode(error, "LunChanged", "LunNotFound")) throw error;
    await log.end("Failed", `the revert was done, but ${reasonOf(error)} The LUN was left disabled.`);
    throw error;
  }
}

/** Finishes or undoes an interrupted restore. What cannot be known is never guessed. */
export async function recoverRestore(log: OperationLog, context: Context): Promise<void> {
  const lun = log.last<{ lun: RememberedLun }>("disable")?.lun;
  if (!lun) return recover(log, context);
  const { nas } = await reopenLun(lun, context);
  await aloneOnNas(context, nas, () => recover(log, context));
}

async function recover(log: OperationLog, context: Context): Promise<void> {
  const disabled = log.last<DisableEntry>("disable");
  const begun = log.last<RevertEntry>("revert");
  if (!disabled) return undo(log, context, "the LUN was not touched");
  const located = await reopenLun(disabled.lun, context);
  if (!begun || log.last("refused")) {
    await switchAll(located, disabled.mappings, true);
    return undo(log, context, "the LUN is as before");
  }
  if (!log.last("reverted")) await revertAgain(located, disabled, begun, log, context);
  await comeBack(located, log, context);
  await log.end("Completed", `finished afterwards: LUN '${located.lun.name}' is as it was in '${begun.snapshot}'`);
}

async function undo(log: OperationLog, context: Context, outcome: string): Promise<void> {
  await dropSafetyCopy(log, context);
  await log.end("Undone", outcome);
}

/**
 * Whether the revert had been done when we were interrupted, the NAS cannot tell. Doing it again is safe as long as the LUN has
 * stayed away from its hosts: nobody can have written since.
 */
async function revertAgain(
  located: LocatedLun,
  { mappings }: DisableEntry,
  { snapshotId, snapshot }: RevertEntry,
  log: OperationLog,
  context: Context,
): Promise<void> {
  const { nas, lun } = located;
  if (lun.targets.some(({ enabled }) => enabled)) {
    const outcome = `LUN '${lun.name}' was enabled by somebody else meanwhile; whether it was reverted is not known, and it was not touched again`;
    await log.end("Failed", outcome);
    throw new QnapError("OutcomeUnknown", {
      nas: nas.name,
      call: "revert LUN",
      reason: "interrupted",
      found: `${outcome}.`,
      operation: log.operationId,
    });
  }
  await awaitRevert(nas, () =>
    context.progress({ activity: "Recovering", status: `Waiting for ${nas.name} to finish the revert` }),
  );
  const [found] = await findSnapshots(located, { name: snapshot, snapshotId });
  if (found) return revert({ ...located, snapshot: found }, log, context);
  await switchAll(located, mappings, true);
  await log.end(
    "Failed",
    `snapshot '${snapshot}' is gone; whether LUN '${lun.name}' was reverted is not known, and it was enabled again`,
  );
  throw new QnapError("SnapshotNotFound", { nas: nas.name, lun: lun.name, snapshot });
}
