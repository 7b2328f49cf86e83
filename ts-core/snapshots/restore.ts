import { QnapError, reasonOf } from "../errors.ts";
import type { RestorePlan, SnapshotRef } from "../model.ts";
import { settleAll } from "../parallel.ts";
import type { Consumer } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { EndState, OperationLog } from "../state/journal.ts";
import { aloneOnNas, inOperation, mustGoOn } from "./bracket.ts";
import { type LocatedSnapshot, locateSnapshot, mustBeReady, sameLun } from "./locate.ts";
import { noConsumer } from "./noConsumer.ts";
import { mustBeSettled } from "./recovery.ts";
import { namedNewer, newerSnapshots, planRestore, type SafetyChoice } from "./restorePlan.ts";
import { recover } from "./restoreRecovery.ts";
import { comeBack, disable, revert, revertIsOpen } from "./restoreSteps.ts";
import { makeSafetyCopy } from "./safetyCopy.ts";

export interface RestoreRequest {
  snapshot: SnapshotRef;
  safetyCopy: SafetyChoice;
  destroyNewerSnapshots?: boolean;
  force?: boolean;
  planOnly?: boolean;
}

interface Task {
  located: LocatedSnapshot;
  plan: RestorePlan;
  consumer: Consumer;
  force: boolean;
  destroyNewer: boolean;
}

export async function restoreSnapshot(request: RestoreRequest, context: Context) {
  const located = await locateSnapshot(request.snapshot, context);
  mustBeReady(located);
  const plan = await planRestore(located, request.safetyCopy, context.signal);
  const task: Task = {
    located,
    plan,
    consumer: noConsumer,
    force: request.force ?? false,
    destroyNewer: request.destroyNewerSnapshots ?? false,
  };
  const refusals = await findRefusals(task, context);
  if (request.planOnly)
    return { plan, refusals: refusals.map(reasonOf), operationId: null, safetyCopyName: null, seconds: null };
  if (refusals.length > 0) throw refusals[0];
  return inOperation(context, "restoreLunSnapshot", [located], async (log) => {
    await mustBeSettled(located.lun, context);
    await aloneOnNas(context, located.nas, () => restoreOrUndo(task, log, context));
    return { plan, refusals: [], operationId: log.operationId, ...resultOf(log) };
  });
}

/** Everything for which nothing may begin: a plan tells it all, a real run stops at the first. */
async function findRefusals(task: Task, context: Context): Promise<unknown[]> {
  const checks = [mustBeGivenUp, mustKeepNewer, ({ located }: Task) => mustBeSettled(located.lun, context)];
  const outcomes = await settleAll(checks, 1, (check) => check(task, context));
  return outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
}

/** Asked before anything is done, and again right before the LUN is touched: a safety copy takes its time. */
async function mustMayBegin(task: Task, context: Context): Promise<void> {
  await mustBeGivenUp(task, context);
  await mustKeepNewer(task, context);
}

async function mustBeGivenUp({ located, consumer, force }: Task, context: Context): Promise<void> {
  const lun = await sameLun(located, context.signal);
  await consumer.mustRelease({ ...located, lun }, { force }, context);
}

async function mustKeepNewer({ located, destroyNewer }: Task, { signal }: Context): Promise<void> {
  const newer = await newerSnapshots(located, signal);
  if (newer.length === 0 || destroyNewer) return;
  const names = newer.slice(0, namedNewer).map(({ name }) => name);
  throw new QnapError("NewerSnapshots", { lun: located.lun.name, count: newer.length, names });
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
  const lost = await comeBack(located, log, context);
  await task.consumer.reattach(located, context);
  await log.end("Completed", `LUN '${lun.name}' is as it was in '${snapshot.name}'${lost}`);
}

function resultOf(log: OperationLog): { safetyCopyName: string | null; seconds: number } {
  const [from, to] = ["disable", "end"].map((event) => Date.parse(log.last(event)?.at ?? ""));
  return {
    safetyCopyName: log.last<{ name: string }>("safe")?.name ?? null,
    seconds: Math.round(((to ?? 0) - (from ?? 0)) / 100) / 10,
  };
}
