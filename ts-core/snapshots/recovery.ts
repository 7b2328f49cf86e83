import { isCode, QnapError, reasonOf } from "../errors.ts";
import type { Operation } from "../model.ts";
import type { Context } from "../rpc/operation.ts";
import type { BeginEntry, JournalEntry, OperationKind, OperationLog } from "../state/journal.ts";
import { type LeasedLun, mustGoOn, takeLuns } from "./bracket.ts";
import { recoverClone } from "./clone.ts";
import { recoverSnapshotSet } from "./recoverSet.ts";
import { recoverRemoval } from "./remove.ts";
import { recoverCloneRemoval } from "./removeClone.ts";
import type { RememberedLun } from "./reopen.ts";
import { recoverRestore } from "./restoreRecovery.ts";

const recoverers: Record<OperationKind, (log: OperationLog, context: Context) => Promise<void>> = {
  newLunSnapshot: recoverSnapshotSet,
  removeLunSnapshot: recoverRemoval,
  restoreLunSnapshot: recoverRestore,
  newLunClone: recoverClone,
  removeLunClone: recoverCloneRemoval,
};

/** Finishes or undoes what was interrupted. An operation whose lease is held is alive and not touched. */
export async function repairOperations({ operationId }: { operationId?: string }, context: Context) {
  const unfinished = await findUnfinished(operationId, context);
  let unresolved = 0;
  for (const operation of unfinished) {
    mustGoOn(context, "What is not listed was not looked at.");
    const row = await repair(operation, operationId !== undefined, context);
    if (!row) continue;
    if (row.endTimeUtc === null) unresolved++;
    await context.rows([row]);
  }
  if (operationId === undefined) await context.machine.journal.prune();
  return { count: unfinished.length, unresolved };
}

async function findUnfinished(operationId: string | undefined, { machine }: Context): Promise<Operation[]> {
  if (operationId !== undefined) {
    const found = await machine.journal.describe(operationId);
    if (!found) throw new QnapError("OperationNotFound", { operation: operationId });
    return found.endTimeUtc === null ? [found] : [];
  }
  const unfinished: Operation[] = [];
  for await (const operation of machine.journal.list()) if (operation.endTimeUtc === null) unfinished.push(operation);
  return unfinished;
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

async function repair(operation: Operation, asked: boolean, context: Context): Promise<Operation | undefined> {
  const { operationId } = operation;
  const log = await resumeIfReadable(operation, context);
  if (log === "unreadable") return operation;
  if (!log) {
    if (asked) throw new QnapError("OperationAlive", { operation: operationId });
    return undefined;
  }
  try {
    return await settle(operation, log, context);
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

async function settle(operation: Operation, log: OperationLog, context: Context): Promise<Operation> {
  const { machine } = context;
  try {
    context.progress({ activity: "Repairing operations", status: `${operation.kind} ${operation.operationId}` });
    if (!log.ended) await recoverLog(log, context);
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

async function recoverLog(log: OperationLog, context: Context): Promise<void> {
  const begin = log.entries[0] as BeginEntry | undefined;
  if (!log.announced || !begin) return log.end("Undone", "nothing was changed");
  const leases = await takeLuns(context, `recovery of ${log.operationId}`, touchedLuns(log.entries));
  try {
    await recoverers[begin.kind](log, context);
  } catch (error) {
    if (log.ended || !isCode(error, "LunNotFound")) throw error;
    // Looked for by its NAA among all LUNs: with it everything is gone that there was to settle.
    await log.end("Failed", `${reasonOf(error)} What was begun on it cannot be finished or undone any more.`);
  } finally {
    await Promise.all(leases.map((lease) => lease.release()));
  }
}

/** Every LUN that the journal names in an announced write. */
function touchedLuns(entries: JournalEntry[]): LeasedLun[] {
  const named = entries.flatMap(
    ({ lun, snapshots }) => [lun, ...(Array.isArray(snapshots) ? snapshots : [])] as (RememberedLun | undefined)[],
  );
  const luns = named.flatMap((lun) => (lun ? [{ naa: lun.naa, name: lun.lunName }] : []));
  return [...new Map(luns.map((lun) => [lun.naa, lun])).values()];
}
