import { isCode, QnapError, reasonOf } from "../errors.ts";
import type { SnapshotRef } from "../model.ts";
import { settleAll } from "../parallel.ts";
import type { ReleaseOptions, ReleasePlan, TakenBack } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { EndState, OperationLog } from "../state/journal.ts";
import { aloneOnNas, inOperation, mustGoOn } from "./bracket.ts";
import {
  giveUp,
  mustBeReleasable,
  mustHaveNoStrangers,
  mustKeepMembers,
  mustKnowVCenter,
  planReleases,
  takeBack,
} from "./giveUp.ts";
import { type LocatedSnapshot, locateSnapshot, mustBeReady, sameLun } from "./locate.ts";
import { mustBeSettled } from "./recovery.ts";
import { namedNewer, newerSnapshots, planRestore, type SafetyChoice, type SafetyCopy } from "./restorePlan.ts";
import { recover } from "./restoreRecovery.ts";
import { comeBack, disable, revert, revertIsOpen } from "./restoreSteps.ts";
import { makeSafetyCopy } from "./safetyCopy.ts";

export interface RestoreRequest {
  snapshot: SnapshotRef;
  safetyCopy: SafetyChoice;
  destroyNewerSnapshots?: boolean;
  force?: boolean;
  /** Members that the snapshot does not hold may be lost. */
  destroyNewerVMs?: boolean;
  /** VMs are reverted to the VM snapshots that come back with the LUN, which are then removed. */
  revertVMSnapshot?: boolean;
  /** VMs that ran in the snapshot are started. */
  powerOn?: boolean;
  planOnly?: boolean;
}

interface Task {
  request: RestoreRequest;
  located: LocatedSnapshot;
  options: ReleaseOptions;
  releases: ReleasePlan[];
}

export async function restoreSnapshot(request: RestoreRequest, context: Context) {
  const located = await locateSnapshot(request.snapshot, context);
  mustBeReady(located);
  const options = await releaseOptions(request, located, context);
  const releases = await planReleases(located, options, () => request.force ?? false, context);
  const plan = await planRestore(located, request.safetyCopy, releases, context.signal);
  const task: Task = { request, located, options, releases };
  const refusals = await findRefusals(task, context);
  if (request.planOnly)
    return {
      plan,
      refusals: refusals.map(reasonOf),
      operationId: null,
      safetyCopyName: null,
      seconds: null,
      ...nothing,
    };
  if (refusals.length > 0) throw refusals[0];
  return inOperation(context, "restoreLunSnapshot", [located], async (log) => {
    await mustBeSettled(located.lun, context);
    await aloneOnNas(context, located.nas, () => restoreOrUndo(task, plan.safetyCopy, log, context));
    return { plan, refusals: [], operationId: log.operationId, ...resultOf(log) };
  });
}

const nothing = { told: [], notAdded: [] };

/** What our record says of the snapshot's content; a snapshot that is not ours has none. */
async function releaseOptions(
  { revertVMSnapshot = false, powerOn = false }: RestoreRequest,
  { lun, snapshot }: LocatedSnapshot,
  { machine }: Context,
): Promise<ReleaseOptions> {
  const record = (await machine.catalogue.snapshots(lun.naa)).get(snapshot.name);
  const known = record?.snapshotId === snapshot.snapshotId ? record : undefined;
  if (revertVMSnapshot && known?.vms === undefined) throw new QnapError("NoVMSnapshots", { snapshot: snapshot.name });
  return { inSnapshot: known?.vms, revertTo: revertVMSnapshot ? known?.operationId : undefined, powerOn };
}

/** Everything for which nothing may begin: a plan tells it all, a real run stops at the first. */
async function findRefusals(task: Task, context: Context): Promise<unknown[]> {
  const settled = ({ located }: Task) => mustBeSettled(located.lun, context);
  const outcomes = await settleAll([...mayBegin, settled], 1, async (check) => check(task, context));
  return outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
}

/** Asked before anything is done, and again right before the LUN is touched: a safety copy takes its time. */
const mayBegin: ((task: Task, context: Context) => Promise<void> | void)[] = [
  ({ request, located, options, releases }) => {
    if (releases.length === 0 && !request.force) mustKnowVCenter(located, options);
  },
  ({ located, releases }) => mustBeReleasable(located, releases),
  ({ request, located, releases }) => {
    if (!request.destroyNewerVMs) mustKeepMembers(located, releases);
  },
  async ({ request, located, releases }, { signal }) => {
    const lun = await sameLun(located, signal);
    if (!request.force) await mustHaveNoStrangers({ ...located, lun }, releases, signal);
  },
  async ({ request, located }, { signal }) => {
    if (!request.destroyNewerSnapshots) await mustKeepNewer(located, signal);
  },
];

async function mustKeepNewer(located: LocatedSnapshot, signal: AbortSignal): Promise<void> {
  const newer = await newerSnapshots(located, signal);
  if (newer.length === 0) return;
  const names = newer.slice(0, namedNewer).map(({ name }) => name);
  throw new QnapError("NewerSnapshots", { lun: located.lun.name, count: newer.length, names });
}

async function restoreOrUndo(task: Task, safetyCopy: SafetyCopy, log: OperationLog, context: Context): Promise<void> {
  try {
    await restore(task, safetyCopy, log, context);
  } catch (error) {
    // What is known to have done nothing is undone at once; a revert that may be under way waits for Repair-QnapOperation.
    if (!log.announced || log.ended || revertIsOpen(log)) throw error;
    await recover(log, context, false).catch((later: unknown) => {
      if (isCode(later, "LunNotTakenBack")) throw later;
      context.verbose(`undo: ${reasonOf(later)}`);
    });
    if (log.last<{ state: EndState }>("end")?.state !== "Completed") throw error;
  }
}

async function restore(task: Task, safetyCopy: SafetyCopy, log: OperationLog, context: Context): Promise<void> {
  const { request, located, options } = task;
  await makeSafetyCopy(located, safetyCopy, log, context);
  mustGoOn(context, "The LUN was not touched.");
  // Who was to give the LUN up, as the plan says, still uses it when it does not answer any more.
  const mayLack = (name: string) => request.force === true && !task.releases.some(({ consumer }) => consumer === name);
  const releases = await planReleases(located, options, mayLack, context);
  for (const check of mayBegin) await check({ ...task, releases }, context);
  await giveUp(located, releases, log, context);
  await disable(located, log, context);
  await revert(located, log, context);
  const lost = await comeBack(located, log, context);
  const { told } = await takeBack(false, log, context);
  const outcome = `LUN '${located.lun.name}' is as it was in '${located.snapshot.name}'${lost}`;
  await log.end("Completed", [outcome, ...told].join("; "));
}

function resultOf(log: OperationLog) {
  const [from, to] = ["disable", "end"].map((event) => Date.parse(log.last(event)?.at ?? ""));
  return {
    safetyCopyName: log.last<{ name: string }>("safe")?.name ?? null,
    seconds: Math.round(((to ?? 0) - (from ?? 0)) / 100) / 10,
    ...(log.last<TakenBack>("takenBack") ?? nothing),
  };
}
