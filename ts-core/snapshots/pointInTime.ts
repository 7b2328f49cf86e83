import { reasonOf } from "../errors.ts";
import type { LunRef } from "../model.ts";
import { mustClone } from "../nas/clones.ts";
import type { Context } from "../rpc/operation.ts";
import type { JournalEntry, OperationLog } from "../state/journal.ts";
import { inOperation, mustGoOn } from "./bracket.ts";
import { type CloneEntry, cloneBegun } from "./clone.ts";
import { unlessGone } from "./discardShadow.ts";
import { lateFor } from "./lateEffects.ts";
import { type LocatedLun, locateLun, mustBeReady } from "./locate.ts";
import { type MountEntry, takeDown } from "./mountSteps.ts";
import { lookUntilSettled } from "./recoverSet.ts";
import { remember, reopenLun } from "./reopen.ts";
import { runTrial, type ScratchEntry, type TrialResult } from "./scratchTrial.ts";
import { type PlannedSnapshot, takeBack } from "./snapshotSet.ts";
import { conclude } from "./stamps.ts";

/** Whether the NAS's answer to a create means that the point in time exists, as seen on a LUN that is there for such tests. */
export async function measurePointInTime(ref: LunRef, context: Context): Promise<void> {
  const located = await locateLun(ref, context);
  mustBeReady(located);
  mustClone(located.nas);
  const scratch = await context.machine.scratch();
  const volume = await scratch.volume(located.lun.naa);
  await inOperation(context, "testNas", [located], async (log) => {
    await log.add("plan", await plan(volume, located, log, context));
    const results = await runTrials(located, log, context).catch(async (error: unknown) => {
      await takeAllAway(log, context);
      await log.end("Undone", `nothing is left of the measurement: ${reasonOf(error)}`);
      throw error;
    });
    const answerIsPointInTime = concluded(results) ?? "unknown";
    const requestMs = Math.max(...results.map(({ requestMs: ms }) => ms));
    await context.machine.measurements.keep(located.nas, { answerIsPointInTime, trials: results.length, requestMs });
    await log.end(
      "Completed",
      `the answer is the point in time: ${answerIsPointInTime}; nothing is left of the measurement`,
    );
  });
}

async function plan(volume: string, { lun }: LocatedLun, { operationId }: OperationLog, context: Context) {
  const copies = await context.machine.copies("Windows");
  const path = (await context.machine.scratch()).copyFolder(operationId);
  const place = await copies.place({ path }, lun, context);
  const targets = lun.targets.filter(({ enabled }) => enabled).map(({ targetIndex }) => targetIndex);
  return { file: `${volume}QnapSnapshot-${operationId}.bin`, place, targets } satisfies ScratchEntry;
}

const concluded = (results: readonly TrialResult[]) => conclude(results.map(({ verdict }) => verdict));

async function runTrials(located: LocatedLun, log: OperationLog, context: Context): Promise<TrialResult[]> {
  const scratch = await context.machine.scratch();
  const results: TrialResult[] = [];
  while (concluded(results) === undefined) {
    mustGoOn(context, "Nothing is left of the measurement.");
    const number = results.length + 1;
    context.progress({ activity: "Measuring", status: `Snapshot ${number} under writes, and a copy of it` });
    results.push(await runTrial(number, located, scratch, log, context));
  }
  return results;
}

/** Whatever a measurement may have left, from any of its steps. May be called again. */
async function takeAllAway(log: OperationLog, context: Context): Promise<void> {
  const { file, place } = log.last<ScratchEntry>("plan") as JournalEntry & ScratchEntry;
  await (await context.machine.scratch()).remove(file);
  const copy = await lastCopy(log, context);
  if (copy) await takeDown(copy, place, log, context);
  for (const entry of log.all<{ snapshots: PlannedSnapshot[] }>("create")) {
    for (const snapshot of entry.snapshots) {
      const source = await reopenLun(snapshot, context).catch(unlessGone);
      if (!source) continue;
      const planned = { ...source, plan: snapshot };
      const [found] = await lookUntilSettled([planned], lateFor(entry));
      await takeBack(planned, found, log, context);
    }
  }
}

async function lastCopy(log: OperationLog, context: Context) {
  const begun = log.last<CloneEntry>("clone");
  if (!begun) return undefined;
  const mounted = log.all<MountEntry>("mount").find(({ lun }) => lun.lunName === begun.name);
  if (mounted) return mounted.lun;
  const clone = await cloneBegun(log, context);
  return clone && remember(clone);
}

export async function recoverMeasurement(log: OperationLog, context: Context): Promise<void> {
  if (!log.last("plan")) return log.end("Undone", "nothing was changed");
  await takeAllAway(log, context);
  await log.end("Undone", "nothing is left of the measurement");
}
