import { reasonOf } from "../errors.ts";
import type { VmInSnapshot } from "../model.ts";
import { poll } from "../nas/jobs.ts";
import type { NasSnapshot } from "../nas/snapshots.ts";
import type { Context } from "../rpc/operation.ts";
import type { JournalEntry, OperationLog } from "../state/journal.ts";
import { record } from "./create.ts";
import { together } from "./evidence.ts";
import { recoverHolds } from "./hold.ts";
import { lateFor } from "./lateEffects.ts";
import { findSnapshots } from "./locate.ts";
import { reopenLun } from "./reopen.ts";
import { type Planned, type PlannedSnapshot, takeBack } from "./snapshotSet.ts";

type CreateEntry = JournalEntry & { snapshots: PlannedSnapshot[] };

/** Finishes the set when every snapshot of it is there, or takes back those that are. */
export async function recoverSnapshotSet(log: OperationLog, context: Context): Promise<void> {
  const begun = log.last<CreateEntry>("create");
  const inTime = begun && log.last("hold") ? await seenWhileHeld(begun, context) : new Set();
  const inside = await recoverHolds(log, context);
  if (!begun) return log.end("Undone", "no snapshot was taken");
  if (log.last("recorded")) return log.end("Completed", `${begun.snapshots.length} snapshot(s) taken`);
  const planned = await reopen(begun, context);
  const found = await lookUntilSettled(planned, lateFor(begun));
  if (found.every((snapshot) => snapshot !== undefined)) {
    for (const [index, each] of planned.entries()) {
      const seen = together(inside.get(each.lun.naa) ?? []);
      const evidence = seen && !inTime.has(each.plan.spec.name) ? { ...seen, vms: seen.vms.map(cameLate) } : seen;
      await record(each, found[index] as NasSnapshot, evidence, context, log);
    }
    return log.end("Completed", `finished afterwards: ${planned.length} snapshot(s) taken`);
  }
  for (const [index, each] of planned.entries()) await takeBack(each, found[index], log, context);
  await log.end("Undone", "no snapshot of this set is left");
}

/** The NAS may come late to what it was asked for: as long as the VMs are held, the snapshot holds them as it was to. */
async function seenWhileHeld(begun: CreateEntry, context: Context): Promise<Set<string>> {
  try {
    const found = await lookUntilSettled(await reopen(begun, context), lateFor(begun));
    return new Set(found.flatMap((snapshot) => snapshot?.name ?? []));
  } catch (error) {
    context.verbose(`before the VMs are let go: ${reasonOf(error)}`);
    return new Set();
  }
}

function reopen({ snapshots }: CreateEntry, context: Context): Promise<Planned[]> {
  return Promise.all(snapshots.map(async (each) => ({ ...(await reopenLun(each, context)), plan: each })));
}

function cameLate(vm: VmInSnapshot): VmInSnapshot {
  return { ...vm, consistency: "Unverified", reason: "the LUN snapshot was seen only when the VM was no longer held" };
}

/** A set is complete or it is settled: nothing more of it can appear. */
export async function lookUntilSettled(
  planned: readonly Planned[],
  waitMs: number,
): Promise<(NasSnapshot | undefined)[]> {
  let found: (NasSnapshot | undefined)[] = [];
  await poll(waitMs, async () => {
    found = await Promise.all(
      planned.map(async (each) => (await findSnapshots(each, { name: each.plan.spec.name }))[0]),
    );
    return found.every((snapshot) => snapshot !== undefined) ? true : undefined;
  });
  return found;
}
