import { setTimeout as sleep } from "node:timers/promises";
import { isCode, QnapError, reasonOf } from "../errors.ts";
import type { RestorePlan, SnapshotRef } from "../model.ts";
import { Unconfirmed } from "../nas/call.ts";
import { poll } from "../nas/jobs.ts";
import { setLunEnabled } from "../nas/luns.ts";
import { awaitRevert, revertLun } from "../nas/revert.ts";
import type { Consumer } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { EndState, JournalEntry, OperationLog } from "../state/journal.ts";
import { aloneOnNas, inOperation, mustGoOn } from "./bracket.ts";
import { lateFor } from "./lateEffects.ts";
import {
  findSnapshots,
  type LocatedLun,
  type LocatedSnapshot,
  locateSnapshot,
  mustBeReady,
  sameLun,
} from "./locate.ts";
import { noConsumer } from "./noConsumer.ts";
import { type RememberedLun, remember, reopenLun, reopenNas } from "./reopen.ts";
import { newerSnapshots, planRestore, type SafetyChoice } from "./restorePlan.ts";
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

interface Task {
  located: LocatedSnapshot;
  plan: RestorePlan;
  consumer: Consumer;
  force: boolean;
  destroyNewer: boolean;
}

/** How often a write that can be repeated without harm (disable, enable) is sent before we give up. */
const switchTries = 4;
const switchPauseMs = 1_000;
/** A revert copies back what has changed: hours are possible on QTS. */
const revertMs = 12 * 3600 * 1000;

export async function restoreSnapshot(request: RestoreRequest, context: Context) {
  const located = await locateSnapshot(request.snapshot, context);
  mustBeReady(located);
  const plan = await planRestore(located, request.safetyCopy, context.signal);
  if (request.planOnly) return { plan, operationId: null, safetyCopyName: null, seconds: null };
  const task: Task = {
    located,
    plan,
    consumer: noConsumer,
    force: request.force ?? false,
    destroyNewer: request.destroyNewerSnapshots ?? false,
  };
  await mustMayBegin(task, context);
  return inOperation(context, "restoreLunSnapshot", [located], async (log) => {
    await aloneOnNas(context, located.nas, () => restoreOrUndo(task, log, context));
    return { plan, operationId: log.operationId, ...resultOf(log) };
  });
}

/** Asked before anything is done, and again right before the LUN is touched: a safety copy takes its time. */
async function mustMayBegin({ located, consumer, force, destroyNewer }: Task, context: Context): Promise<void> {
  const lun = await sameLun(located, context.signal);
  await consumer.mustRelease({ ...located, lun }, { force }, context);
  const names = (await newerSnapshots(located, context.signal)).map(({ name }) => name);
  if (names.length > 0 && !destroyNewer)
    throw new QnapError("NewerSnapshots", { lun: lun.name, count: names.length, names });
}

async function restoreOrUndo(task: Task, log: OperationLog, context: Context): Promise<void> {
  try {
    await restore(task, log, context);
  } catch (error) {
    // What is known to have done nothing is undone at once; a revert that may be under way waits for Repair-QnapOperation.
    if (!log.announced || log.ended || revertIsOpen(log)) throw error;
    await recover(log, context, false).catch((later: unknown) => context.verbose(`undo: ${reasonOf(later)}`));
    if (log.last<{ state: EndState }>("end")?.state !== "Completed") throw error;
  }
}

async function restore({ located, plan, ...task }: Task, log: OperationLog, context: Context): Promise<void> {
  const { lun, snapshot } = located;
  await makeSafetyCopy(located, plan.safetyCopy, log, context);
  mustGoOn(context, "The LUN was not touched.");
  await mustMayBegin({ located, plan, ...task }, context);
  await task.consumer.release(located, context);
  await disable(located, log, context);
  await revert(located, log, context);
  await comeBack(located, log, context);
  await task.consumer.reattach(located, context);
  await log.end("Completed", `LUN '${lun.name}' is as it was in '${snapshot.name}'`);
}

function resultOf(log: OperationLog): { safetyCopyName: string | null; seconds: number } {
  const [from, to] = ["disable", "end"].map((event) => Date.parse(log.last(event)?.at ?? ""));
  return {
    safetyCopyName: log.last<{ name: string }>("safe")?.name ?? null,
    seconds: Math.round(((to ?? 0) - (from ?? 0)) / 100) / 10,
  };
}

/** Hides the LUN on every target that shows it, so that nobody writes while it is reverted. */
async function disable(located: LocatedLun, log: OperationLog, context: Context): Promise<void> {
  const lun = await sameLun(located);
  const mappings = lun.targets
    .filter((target) => target.enabled)
    .map(({ targetIndex, lunNumber }) => ({ targetIndex, lunNumber }));
  await log.add("disable", { lun: remember(located), mappings } satisfies DisableEntry);
  context.progress({ activity: "Restoring LUN", status: `Disabling '${lun.name}' on its targets` });
  await switchAll(located, mappings, false);
}

/** Switches and reads back until every mapping is as wanted: saying it twice does no harm. */
async function switchAll(located: LocatedLun, mappings: Mapping[], enabled: boolean): Promise<void> {
  let failure: unknown;
  for (let tries = 0; ; tries++) {
    const now = await sameLun(located);
    const open = mappings.filter(({ targetIndex }) =>
      now.targets.some((target) => target.targetIndex === targetIndex && target.enabled !== enabled),
    );
    if (open.length === 0) return mustKeepNumbers(located, now.targets, mappings);
    if (tries === switchTries) throw failure ?? switchFailed(located, enabled);
    await sleep(tries * switchPauseMs);
    for (const { targetIndex } of open) {
      await setLunEnabled(located.nas, located.lun.lunIndex, targetIndex, enabled).catch((error: unknown) => {
        failure = error;
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
    if (!(error instanceof Unconfirmed)) await log.add("revertRefused", { reason: reasonOf(error) });
    throw error;
  }
  await untilReady(located, log, look);
  await log.add("reverted");
}

/** The NAS's word that a revert is over may be about another job: the LUN must say so too. Its NAA must be the same. */
async function untilReady(located: LocatedLun, log: OperationLog, look: () => void): Promise<void> {
  const call = "revert LUN";
  const ready = await poll(revertMs, async () => {
    look();
    const { status } = await sameLun(located).catch((error: unknown) => failed(log, error));
    return status === "Creating" ? undefined : status;
  });
  if (ready !== "Ready") throw new Unconfirmed(call, `LUN '${located.lun.name}' is ${ready ?? "still not ready"}`);
}

async function failed(log: OperationLog, error: unknown): Promise<never> {
  if (isCode(error, "LunChanged", "LunNotFound"))
    await log.end("Failed", `the revert was done, but ${reasonOf(error)} The LUN was left disabled.`);
  throw error;
}

/** Whether the NAS may have reverted the LUN, or may still be about to. */
function revertIsOpen(log: OperationLog): boolean {
  return log.all("revert").length > log.all("revertRefused").length && !log.last("reverted");
}

/** Same NAA as before, then back on its targets under the same numbers. */
async function comeBack(located: LocatedLun, log: OperationLog, context: Context): Promise<void> {
  await sameLun(located).catch((error: unknown) => failed(log, error));
  context.progress({ activity: "Restoring LUN", status: `Enabling '${located.lun.name}' on its targets` });
  await switchAll(located, log.last<DisableEntry>("disable")?.mappings ?? [], true);
}

/** Finishes or undoes an interrupted restore. What cannot be known is never guessed. */
export async function recoverRestore(log: OperationLog, context: Context): Promise<void> {
  const first = log.entries.find(({ lun }) => lun !== undefined) as (JournalEntry & { lun: RememberedLun }) | undefined;
  if (!first) return log.end("Undone", "nothing was changed");
  const nas = await reopenNas(first.lun, context);
  await aloneOnNas(context, nas, () => recover(log, context, true));
}

/** The caller is alone on the NAS. `late`: what a dead process asked for may still come. */
async function recover(log: OperationLog, context: Context, late: boolean): Promise<void> {
  const disabled = log.last<DisableEntry>("disable");
  if (!disabled) return undo(log, context, late, "the LUN was not touched");
  const located = await reopenLun(disabled.lun, context);
  const begun = log.last<RevertEntry>("revert");
  if (!begun && late) await untilDisabled(located, disabled);
  if (!begun || !(revertIsOpen(log) || log.last("reverted"))) {
    await switchAll(located, disabled.mappings, true);
    return undo(log, context, late, "the LUN is as before");
  }
  if (revertIsOpen(log)) await revertAgain(located, disabled, begun, log, context);
  await comeBack(located, log, context);
  await log.end("Completed", `finished afterwards: LUN '${located.lun.name}' is as it was in '${begun.snapshot}'`);
}

async function undo(log: OperationLog, context: Context, late: boolean, outcome: string): Promise<void> {
  await dropSafetyCopy(log, context, late);
  await log.end("Undone", outcome);
}

/** Enabled too early, the LUN would be hidden for good by a request that comes late. */
async function untilDisabled(located: LocatedLun, disabled: JournalEntry & DisableEntry): Promise<void> {
  const asked = new Set(disabled.mappings.map(({ targetIndex }) => targetIndex));
  await poll(lateFor(disabled), async () => {
    const { targets } = await sameLun(located);
    return targets.some(({ targetIndex, enabled }) => enabled && asked.has(targetIndex)) ? undefined : true;
  });
}

/**
 * Whether the revert had been done when we were interrupted, the NAS cannot tell. Doing it again is safe as long as the LUN has
 * stayed away from its hosts: nobody can have written since.
 */
async function revertAgain(
  located: LocatedLun,
  { mappings }: DisableEntry,
  begun: JournalEntry & RevertEntry,
  log: OperationLog,
  context: Context,
): Promise<void> {
  const { nas, lun } = located;
  const { snapshot, snapshotId } = begun;
  await mustBeHidden(located, log);
  // Done again before it has come, it would come once more after the LUN is back with its hosts.
  await poll(lateFor(begun), async () => ((await sameLun(located)).status === "Ready" ? undefined : true));
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

async function mustBeHidden({ nas, lun }: LocatedLun, log: OperationLog): Promise<void> {
  if (!lun.targets.some(({ enabled }) => enabled)) return;
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
