import { poll } from "../nas/jobs.ts";
import type { NasSnapshot } from "../nas/snapshots.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { record } from "./create.ts";
import { recoverHolds } from "./hold.ts";
import { lateFor } from "./lateEffects.ts";
import { findSnapshots } from "./locate.ts";
import { reopenLun } from "./reopen.ts";
import { type Planned, type PlannedSnapshot, takeBack } from "./snapshotSet.ts";

/** Finishes the set when every snapshot of it is there, or takes back those that are. */
export async function recoverSnapshotSet(log: OperationLog, context: Context): Promise<void> {
  const begun = log.last<{ snapshots: PlannedSnapshot[] }>("create");
  const inside = await recoverHolds(log, context);
  if (!begun) return log.end("Undone", "no snapshot was taken");
  if (log.last("recorded")) return log.end("Completed", `${begun.snapshots.length} snapshot(s) taken`);
  const planned = await Promise.all(
    begun.snapshots.map(async (each): Promise<Planned> => ({ ...(await reopenLun(each, context)), plan: each })),
  );
  const found = await lookUntilSettled(planned, lateFor(begun));
  if (found.every((snapshot) => snapshot !== undefined)) {
    for (const [index, each] of planned.entries()) {
      const vms = inside.get(each.lun.naa);
      await record(each, found[index] as NasSnapshot, vms && { vms, heldMs: null }, context, log);
    }
    return log.end("Completed", `finished afterwards: ${planned.length} snapshot(s) taken`);
  }
  for (const [index, each] of planned.entries()) await takeBack(each, found[index], log, context);
  await log.end("Undone", "no snapshot of this set is left");
}

/** A set is complete or it is settled: nothing more of it can appear. */
async function lookUntilSettled(planned: Planned[], waitMs: number): Promise<(NasSnapshot | undefined)[]> {
  let found: (NasSnapshot | undefined)[] = [];
  await poll(waitMs, async () => {
    found = await Promise.all(
      planned.map(async (each) => (await findSnapshots(each, { name: each.plan.spec.name }))[0]),
    );
    return found.every((snapshot) => snapshot !== undefined) ? true : undefined;
  });
  return found;
}
