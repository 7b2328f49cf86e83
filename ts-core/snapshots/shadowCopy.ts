import type { NasSnapshot } from "../nas/snapshots.ts";
import type { Evidence } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { JournalEntry, OperationLog } from "../state/journal.ts";
import { aloneOnNas } from "./bracket.ts";
import { type CloneEntry, whenReady } from "./clone.ts";
import { record } from "./create.ts";
import { discard, unlessGone } from "./discardShadow.ts";
import { lateFor } from "./lateEffects.ts";
import { findSnapshots } from "./locate.ts";
import { lookUntilSettled } from "./recoverSet.ts";
import { dropClone } from "./removeClone.ts";
import { reopenLun, reopenNas } from "./reopen.ts";
import { type Planned, type PlannedSnapshot, takeBack } from "./snapshotSet.ts";

type CreateEntry = JournalEntry & { snapshots: PlannedSnapshot[] };

/** How long after its entry VSS may still have had the snapshots asked for: it freezes the writers in between. */
const askedForMs = 10 * 60_000;

/** A shadow copy set that VSS has finished stays; of any other nothing is left, nor of what VSS has given up. */
export async function recoverShadowCopy(log: OperationLog, context: Context): Promise<void> {
  if (log.last("discard")) return discard(log, context);
  if (log.last("recorded")) return endCompleted(log);
  const begun = log.last<CreateEntry>("create");
  await undoShadowCopies(log, begun ? lateFor(begun, askedForMs) : 0, context);
}

export async function endCompleted(log: OperationLog): Promise<void> {
  const count = log.last<CreateEntry>("create")?.snapshots.length ?? 0;
  await log.end("Completed", `shadow copy set of ${count} LUN snapshot(s)`);
}

const writersUnknown = "made for another program through VSS: what its writers said is known to that program alone";

/** Puts a finished set on record: from here on its snapshots are like any other of ours. */
export async function recordShadowCopies(
  planned: readonly Planned[],
  found: readonly NasSnapshot[],
  log: OperationLog,
  context: Context,
): Promise<void> {
  const heldMs = log.last<{ frozenMs: number }>("committed")?.frozenMs ?? null;
  const volumes = { consistency: "Crash", reason: writersUnknown } as const;
  const inside: Evidence = { vms: [], writers: null, volumes, heldMs };
  for (const [index, each] of planned.entries()) await record(each, found[index] as NasSnapshot, inside, context, log);
  await log.add("recorded");
}

/**
 * Removes what was made for the set, clones first. `lateMs`: how long a request may still take effect; on these LUNs only, where
 * they are given.
 */
export async function undoShadowCopies(
  log: OperationLog,
  lateMs: number,
  context: Context,
  lateNaas?: ReadonlySet<string>,
): Promise<void> {
  const planned = await reopenAll(log.last<CreateEntry>("create")?.snapshots ?? [], context);
  const late = planned.filter(({ lun }) => lateNaas?.has(lun.naa) ?? true);
  if (late.length > 0) await lookUntilSettled(late, lateMs);
  for (const clone of log.all<CloneEntry>("clone")) await dropIfCame(clone, log, context);
  for (const each of planned) {
    const [found] = await findSnapshots(each, { name: each.plan.spec.name });
    await takeBack(each, found, log, context);
  }
  await log.end("Undone", "no snapshot of this shadow copy set is left");
}

/** What has gone with its LUN is gone. */
async function reopenAll(snapshots: readonly PlannedSnapshot[], context: Context): Promise<Planned[]> {
  const open = async (plan: PlannedSnapshot) => ({ ...(await reopenLun(plan, context)), plan });
  const opened = await Promise.all(snapshots.map((plan) => open(plan).catch(unlessGone)));
  return opened.filter((each) => each !== undefined);
}

/** Its name ends with the id of the operation, so it is ours. */
async function dropIfCame(begun: JournalEntry & CloneEntry, log: OperationLog, context: Context): Promise<void> {
  const nas = await reopenNas(begun.lun, context);
  await aloneOnNas(context, nas, async () => {
    const look = () => context.progress({ activity: "Undoing", status: `Waiting for LUN '${begun.name}'` });
    const lun = await whenReady(nas, begun.name, lateFor(begun), look);
    if (lun) await dropClone({ nas, lun }, log, context);
  });
}
