import { QnapError } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import type { Evidence, Freezer, Hold, HoldOptions, HoldPlan, HoldRecord, Released } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { mustGoOn } from "./bracket.ts";
import { lateFor } from "./lateEffects.ts";
import type { LocatedLun } from "./locate.ts";
import { usesOf } from "./lunUses.ts";
import { keepReady } from "./readiness.ts";
import type { Planned, PlannedSnapshot } from "./snapshotSet.ts";

/** What stands in the journal before the first member is held. */
interface HoldEntry {
  /** The LUNs whose snapshots it is for. */
  snapshots: PlannedSnapshot[];
  holds: HoldRecord[];
}

/** How long holding may take after its entry: no request of a dead process was sent later. */
const holdingMs = 3_600_000;

/** How everything on these LUNs would be held; refuses where something on them cannot be, or nobody is known to use one. */
export async function planHolds(
  located: readonly LocatedLun[],
  options: HoldOptions,
  context: Context,
): Promise<HoldPlan[]> {
  const consumers = await context.machine.consumers.all(context);
  if (consumers.length === 0) throw new QnapError("NoConsumerKnown");
  const plans = await Promise.all(
    located.map(async ({ lun }) => {
      const uses = await usesOf(lun, consumers, context.signal);
      if (uses.length === 0)
        throw new QnapError("LunNotUsed", {
          lun: lun.name,
          naa: lun.naa,
          consumers: consumers.map(({ name }) => name),
        });
      return Promise.all(uses.map((use) => use.planHold(options)));
    }),
  );
  mustGoTogether(located, plans);
  return plans.flat();
}

/** Volumes stay frozen for seconds only: nothing else can be held or asked for meanwhile. */
export function mustGoTogether(located: readonly { lun: { name: string } }[], plans: readonly HoldPlan[][]): void {
  if (new Set(plans.flat().map(({ freezer }) => freezer)).size < 2) return;
  const isFrozen = (index: number) => plans[index]?.every(({ freezer }) => freezer !== undefined);
  const names = (frozen: boolean) =>
    located.filter((_, index) => isFrozen(index) === frozen).map(({ lun }) => lun.name);
  throw new QnapError("MixedSet", { frozen: names(true), others: names(false) });
}

/** Everything of a set that is held; nothing for a crash-consistent one. */
export class HeldSet {
  readonly #holds: readonly { plan: HoldPlan; hold: Hold }[];
  #ended: Promise<Released> | undefined;

  constructor(holds: readonly { plan: HoldPlan; hold: Hold }[] = []) {
    this.#holds = holds;
  }

  /** Of all or none of them. */
  get freezer(): Freezer | undefined {
    return this.#holds[0]?.plan.freezer;
  }

  get records(): HoldRecord[] {
    return this.#holds.map(({ plan }) => plan.record);
  }

  get refusals(): string[] {
    return this.#holds.flatMap(({ hold }) => hold.refusals);
  }

  /** What is true of each LUN's snapshot that was seen just now. */
  async evidence(naa: string): Promise<Evidence[]> {
    const own = this.#holds.filter(({ plan }) => plan.record.naa === naa);
    return Promise.all(own.map(({ hold }) => hold.evidence()));
  }

  /** Lets go of everything at once; never throws. */
  release(): Promise<Released> {
    this.#ended ??= Promise.all(this.#holds.map(({ hold }) => hold.release())).then((ends) => ({
      left: ends.flatMap(({ left }) => left),
      warnings: ends.flatMap(({ warnings }) => warnings),
    }));
    return this.#ended;
  }
}

/** Holds all, after the journal says so. Throws when something is not held as it must be; then all was let go again. */
export async function holdAll(
  plans: readonly HoldPlan[],
  planned: readonly Planned[],
  log: OperationLog,
  context: Context,
): Promise<HeldSet> {
  if (plans.length === 0) return new HeldSet();
  for (const warning of plans.flatMap(({ warnings }) => warnings)) context.warn(warning);
  const holds = plans.map(({ record }) => record);
  context.stay();
  await log.add("hold", { snapshots: planned.map(({ plan }) => plan), holds } satisfies HoldEntry);
  context.progress({ activity: "Taking snapshots", status: "Holding what uses the LUNs" });
  const ready = keepReady(planned);
  const held = new HeldSet(
    await Promise.all(
      plans.map(async (plan) => ({ plan, hold: await plan.hold(log.operationId, context.signal) })),
    ).finally(ready.stop),
  );
  await mustBeHeld(held, log, context);
  return held;
}

async function mustBeHeld(held: HeldSet, log: OperationLog, context: Context): Promise<void> {
  const { refusals } = held;
  if (refusals.length === 0 && !context.signal.aborted) return;
  const reason = refusals.length === 0 ? "it was cancelled" : refusals.slice(0, 10).join("; ");
  await letGo(held, `No snapshot was taken: ${reason}.`, log, context);
  await log.end("Undone", `no snapshot was taken: ${reason}`);
  mustGoOn(context, "Nothing is left of it.");
  throw new QnapError("HoldFailed", { count: refusals.length, reasons: reason });
}

/** Everything is let go, or the operation stays open for Repair-QnapOperation and says what is left. */
export async function letGo(held: HeldSet, state: string, log: OperationLog, context: Context): Promise<void> {
  context.progress({ activity: "Taking snapshots", status: "Letting go of what uses the LUNs" });
  const { left, warnings } = await held.release();
  for (const warning of warnings) context.warn(warning);
  if (left.length > 0) throw holdLeft(left, state, log);
}

/** What a dead process held is let go; gives what its members showed, by NAA. */
export async function recoverHolds(log: OperationLog, context: Context): Promise<Map<string, Evidence[]>> {
  const evidence = new Map<string, Evidence[]>();
  const entry = log.last<HoldEntry>("hold");
  if (!entry) return evidence;
  // One consumer that is away keeps nobody else's members held.
  const ends = await settleAll(entry.holds, entry.holds.length, async (record) => {
    const consumer = await context.machine.consumers.named(record.consumer, context);
    const ended = await consumer.endHold(record, log.operationId, lateFor(entry, holdingMs));
    if (ended.left.length > 0) throw holdLeft(ended.left, "", log);
    evidence.set(record.naa, [...(evidence.get(record.naa) ?? []), ended.evidence]);
  });
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
  return evidence;
}

function holdLeft(left: readonly string[], state: string, { operationId }: OperationLog): QnapError {
  const members = left.slice(0, 10).join("; ");
  return new QnapError("HoldLeft", { count: left.length, members, state, operation: operationId });
}
