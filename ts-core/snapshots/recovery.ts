import { isCode, QnapError, reasonOf } from "../errors.ts";
import type { Operation } from "../model.ts";
import type { Context } from "../rpc/operation.ts";
import type { BeginEntry, JournalEntry, OperationKind, OperationLog } from "../state/journal.ts";
import { type LeasedLun, mustGoOn, takeLuns } from "./bracket.ts";
import { recoverClone } from "./clone.ts";
import { announceStale } from "./discardShadow.ts";
import { recoverDismount } from "./dismount.ts";
import { isWatched } from "./lateEffects.ts";
import { lookAgain } from "./lookAgain.ts";
import { recoverMount } from "./mount.ts";
import { recoverMeasurement } from "./pointInTime.ts";
import { recoverSnapshotSet } from "./recoverSet.ts";
import { recoverRemoval } from "./remove.ts";
import { recoverCloneRemoval } from "./removeClone.ts";
import { rememberedLuns } from "./reopen.ts";
import { recoverRestore } from "./restoreRecovery.ts";
import { recoverShadowCopy } from "./shadowCopy.ts";

export interface RepairRequest {
  operationId?: string;
  revertAgain?: boolean;
}

type Recover = (log: OperationLog, context: Context, request: RepairRequest) => Promise<void>;

const recoverers: Record<OperationKind, Recover> = {
  newLunSnapshot: recoverSnapshotSet,
  removeLunSnapshot: recoverRemoval,
  restoreLunSnapshot: recoverRestore,
  newLunClone: recoverClone,
  removeLunClone: recoverCloneRemoval,
  mountLunSnapshot: recoverMount,
  dismountLunSnapshot: recoverDismount,
  vssShadowCopy: recoverShadowCopy,
  testNas: recoverMeasurement,
};

/** Finishes or undoes what was interrupted. An operation whose lease is held is alive and not touched. */
export async function repairOperations(request: RepairRequest, context: Context) {
  const { operationId, revertAgain } = request;
  if (revertAgain && operationId === undefined)
    throw new QnapError("InvalidParameter", { parameter: "revertAgain", reason: "operationId must say which restore" });
  if (operationId === undefined) await announceStale(context);
  let [count, unresolved] = [0, 0];
  for (const operation of await findOpen(operationId, context)) {
    mustGoOn(context, "What is not listed was not looked at.");
    const isEnded = operation.endTimeUtc !== null;
    const row = await (isEnded ? watch(operation, context) : repair(operation, request, context));
    if (row || !isEnded) count++;
    if (!row) continue;
    if (row.endTimeUtc === null) unresolved++;
    await context.rows([row]);
  }
  if (operationId === undefined) await context.machine.journal.prune();
  return { count, unresolved };
}

/** What has not ended, and what has ended so that it is looked at again. */
async function findOpen(operationId: string | undefined, { machine }: Context): Promise<Operation[]> {
  const isOpen = (operation: Operation) => operation.endTimeUtc === null || isWatched(operation);
  if (operationId !== undefined) {
    const found = await machine.journal.describe(operationId);
    if (!found) throw new QnapError("OperationNotFound", { operation: operationId });
    return isOpen(found) ? [found] : [];
  }
  const open: Operation[] = [];
  for await (const operation of machine.journal.list()) if (isOpen(operation)) open.push(operation);
  return open;
}

/** It has its outcome; that it cannot be looked at now changes nothing. Returns the operation where that was not the whole truth. */
async function watch({ operationId }: Operation, context: Context): Promise<Operation | undefined> {
  const { journal } = context.machine;
  const log = await journal.resume(operationId);
  if (!log) return undefined;
  try {
    const changed = await aloneOnLuns(log, context, () => lookAgain(log, context));
    return changed ? await journal.describe(operationId) : undefined;
  } catch (error) {
    context.verbose(`looking again at operation ${operationId}: ${reasonOf(error)}`);
    return undefined;
  } finally {
    await log.release();
  }
}

/** Refuses while an interrupted restore of the LUN waits for its recovery: that would revert the LUN once more, later. */
export async function mustBeSettled(lun: LeasedLun, { machine }: Context): Promise<void> {
  for await (const { operationId, kind, state } of machine.journal.list()) {
    if (state !== "Interrupted" || (kind !== "restoreLunSnapshot" && kind !== "unknown")) continue;
    const { entries, damage } = await machine.journal.read(operationId);
    if (entries.some(({ event }) => event === "end") || !mayTouch(entries, lun, damage !== undefined)) continue;
    const about = { operation: operationId, lun: lun.name };
    throw damage
      ? new QnapError("OperationUnreadable", { ...about, reason: reasonOf(damage) }, damage)
      : new QnapError("OperationUnsettled", about);
  }
}

/** By NAA. A damaged journal that has lost it may still have the LUN's name; one that has lost both may be about any LUN. */
function mayTouch(entries: JournalEntry[], { naa, name }: LeasedLun, damaged: boolean): boolean {
  const touched = touchedLuns(entries);
  if (touched.length > 0 || !damaged) return touched.some((lun) => lun.naa === naa);
  const begin = entries.find((entry): entry is BeginEntry => entry.event === "begin");
  return begin === undefined || begin.luns.includes(name);
}

async function repair(operation: Operation, request: RepairRequest, context: Context): Promise<Operation | undefined> {
  const { operationId } = operation;
  const log = await resumeIfReadable(operation, context);
  if (log === "unreadable") return operation;
  if (!log) {
    if (request.operationId !== undefined) throw new QnapError("OperationAlive", { operation: operationId });
    return undefined;
  }
  try {
    return await settle(operation, log, request, context);
  } finally {
    await log.release();
  }
}

/** A damaged journal is told and not acted upon; it must not keep the others from being settled. */
async function resumeIfReadable(
  { operationId }: Operation,
  { machine }: Context,
): Promise<OperationLog | "unreadable" | undefined> {
  return machine.journal.resume(operationId).catch((error: unknown) => {
    if (!isCode(error, "StateUnreadable")) throw error;
    return "unreadable" as const;
  });
}

async function settle(
  operation: Operation,
  log: OperationLog,
  request: RepairRequest,
  context: Context,
): Promise<Operation> {
  const { machine } = context;
  try {
    context.progress({ activity: "Repairing operations", status: `${operation.kind} ${operation.operationId}` });
    if (!log.ended) await recoverLog(log, request, context);
  } catch (error) {
    const now = await machine.journal.describe(operation.operationId);
    // The lease is ours just now; to everybody else the operation is interrupted.
    return {
      ...(now ?? operation),
      ...(now?.endTimeUtc == null ? { state: "Interrupted", outcome: reasonOf(error) } : {}),
    };
  }
  return (await machine.journal.describe(operation.operationId)) ?? operation;
}

async function recoverLog(log: OperationLog, request: RepairRequest, context: Context): Promise<void> {
  const begin = log.entries[0] as BeginEntry | undefined;
  if (!log.announced || !begin) return log.end("Undone", "nothing was changed");
  try {
    await aloneOnLuns(log, context, () => recoverers[begin.kind](log, context, request));
  } catch (error) {
    if (log.ended || !isCode(error, "LunNotFound")) throw error;
    // Looked for by its NAA among all LUNs: with it everything is gone that there was to settle.
    await log.end("Failed", `${reasonOf(error)} What was begun on it cannot be finished or undone any more.`);
  }
}

/** Every LUN that the journal names is ours alone on this machine. */
export async function aloneOnLuns<T>(log: OperationLog, context: Context, work: () => Promise<T>): Promise<T> {
  const leases = await takeLuns(context, `recovery of ${log.operationId}`, touchedLuns(log.entries));
  try {
    return await work();
  } finally {
    await Promise.all(leases.map((lease) => lease.release()));
  }
}

function touchedLuns(entries: JournalEntry[]): LeasedLun[] {
  return rememberedLuns(entries).map(({ naa, lunName }) => ({ naa, name: lunName }));
}
