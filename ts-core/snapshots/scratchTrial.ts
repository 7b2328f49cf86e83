import { setTimeout as sleep } from "node:timers/promises";
import type { NasSnapshot } from "../nas/snapshots.ts";
import type { MountPlace, Scratch, Writing } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { JournalEntry, OperationLog } from "../state/journal.ts";
import { aloneOnNas } from "./bracket.ts";
import { makeClone } from "./clone.ts";
import type { LocatedLun } from "./locate.ts";
import { mapAll } from "./lunSwitch.ts";
import { copyOf, type MountEntry, type PlanEntry, takeDown } from "./mountSteps.ts";
import { ownCloneName, snapshotName } from "./names.ts";
import { remember } from "./reopen.ts";
import { type Asked, ask, lookForAll, type Planned, takeBack } from "./snapshotSet.ts";
import { judge, type TrialVerdict } from "./stamps.ts";

/** Where everything of a measurement lies; its first entry in the journal. */
export interface ScratchEntry extends PlanEntry {
  file: string;
}

/** So long stamps are written before the request and after the answer. */
const aroundMs = 1_000;

export interface TrialResult {
  verdict: TrialVerdict;
  requestMs: number;
}

/** One snapshot under stamped writes, and a look at the last stamp in it. Takes away what it made. */
export async function runTrial(
  number: number,
  located: LocatedLun,
  scratch: Scratch,
  log: OperationLog,
  context: Context,
): Promise<TrialResult> {
  const { file, place } = log.last<ScratchEntry>("plan") as JournalEntry & ScratchEntry;
  const planned = plan(number, located, log);
  const writing = await scratch.write(file);
  const { askedUs, answeredUs, failure } = await askAmidWrites(writing, planned, log);
  const [look] = await lookForAll([planned], new Map(failure === undefined ? [] : [[planned, failure]]), log, context);
  if (look === undefined || !("found" in look)) throw look && "refusal" in look ? look.refusal : look?.unclear;
  const written = await scratch.read(file, askedUs - aroundMs * 1000);
  const copied = await countInCopy(number, planned, look.found, scratch, log, context);
  await takeBack(planned, look.found, log, context);
  await scratch.remove(file);
  const before = written.count - written.timesUs.length;
  const verdict = judge({ askedUs, answeredUs, written: written.timesUs, inside: copied - before });
  context.verbose(`trial ${number}: ${verdict}; ${copied} of ${written.count} stamps inside ${place.consumer}'s copy`);
  return { verdict, requestMs: Math.ceil((answeredUs - askedUs) / 1000) };
}

function plan(number: number, { nas, lun }: LocatedLun, { operationId }: OperationLog): Planned {
  const spec = { name: snapshotName(`trial${number}`, operationId), description: "", expireMinutes: 0, vital: false };
  return { nas, lun, plan: { ...remember({ nas, lun }), spec } };
}

async function askAmidWrites(writing: Writing, planned: Planned, log: OperationLog) {
  try {
    await sleep(aroundMs);
    await log.add("create", { snapshots: [planned.plan] });
    const { requests, answered } = ask([planned]);
    await answered;
    await sleep(aroundMs);
    const [{ askedMs, answeredMs, failure }] = requests as [Asked];
    return { askedUs: monotonicUs(askedMs ?? 0), answeredUs: monotonicUs(answeredMs ?? 0), failure };
  } finally {
    await writing.stop();
  }
}

/**
 * The same clock in the microseconds that other processes see: QueryPerformanceCounter and CLOCK_MONOTONIC, which Node's hrtime and
 * .NET's Stopwatch both give as they are (confirmed: sources of libuv and .NET).
 */
function monotonicUs(ms: number): number {
  const nowMs = performance.timeOrigin + performance.now();
  return Number(process.hrtime.bigint() / 1000n) - (nowMs - ms) * 1000;
}

/** How many stamps a copy of the snapshot holds. The copy is gone afterwards. */
async function countInCopy(
  number: number,
  { nas, lun: source }: Planned,
  snapshot: NasSnapshot,
  scratch: Scratch,
  log: OperationLog,
  context: Context,
): Promise<number> {
  const { file, place, targets } = log.last<ScratchEntry>("plan") as JournalEntry & ScratchEntry;
  const name = ownCloneName(`trial${number}`, log.operationId);
  const lun = await aloneOnNas(context, nas, () => makeClone({ nas, lun: source, snapshot }, name, log, context));
  const copy = remember({ nas, lun });
  await log.add("mount", { lun: copy } satisfies MountEntry);
  await aloneOnNas(context, nas, () => mapAll({ nas, lun }, targets));
  const copies = await context.machine.copies(place.consumer);
  await copies.mount(copyOf(copy, place), context, () => log.add("resignature"));
  const { count } = await scratch.read(inCopy(file, place), Number.MAX_SAFE_INTEGER);
  await takeDown(copy, place, log, context);
  return count;
}

function inCopy(file: string, place: MountPlace): string {
  return `${"path" in place ? place.path : ""}\\${file.slice(file.lastIndexOf("\\") + 1)}`;
}
