import { setTimeout as sleep } from "node:timers/promises";
import { isCode, QnapError, reasonOf } from "../errors.ts";
import { listTargets } from "../nas/targets.ts";
import { settleAll } from "../parallel.ts";
import type { Consumer, ReleaseOptions, ReleasePlan, ReleaseRecord, TakenBack } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { lateFor } from "./lateEffects.ts";
import type { LocatedLun } from "./locate.ts";
import { type RememberedLun, remember } from "./reopen.ts";

/** What stands in the journal before anybody gives the LUN up. */
interface ReleaseEntry {
  lun: RememberedLun;
  releases: ReleaseRecord[];
}

/** How long giving up may take after its entry: guests shut down in their own time. */
const releasingMs = 2 * 3_600_000;

/** How everybody who uses the LUN would give it up. One that may lack and does not answer is told and left out. */
export async function planReleases(
  { lun }: LocatedLun,
  options: ReleaseOptions,
  mayLack: (consumer: string) => boolean,
  context: Context,
): Promise<ReleasePlan[]> {
  const plans: ReleasePlan[] = [];
  for (const name of await context.machine.consumers.names()) {
    try {
      const consumer = await context.machine.consumers.named(name, context);
      const use = await consumer.find(lun.naa, context.signal);
      if (use) plans.push(await use.planRelease(options));
    } catch (error) {
      const away = isCode(error, "VCenterUnreachable", "VCenterNoAnswer", "VCenterPasswordRefused");
      if (!away || !mayLack(name)) throw error;
      context.warn(`${name} is left out, as -Force says: ${reasonOf(error)}`);
    }
  }
  return plans;
}

/** Refuses what stands in the way; changes nothing. */
export function mustBeReleasable({ nas, lun }: LocatedLun, plans: readonly ReleasePlan[]): void {
  const reasons = plans.flatMap(({ refusals }) => refusals);
  if (reasons.length === 0) return;
  const told = reasons.slice(0, 10).join("; ");
  throw new QnapError("LunCannotBeReleased", { nas: nas.name, lun: lun.name, count: reasons.length, reasons: told });
}

/** Where VMs are known to be, somebody must be there who makes them let go: without a vCenter the LUN looks like any other. */
export function mustKnowVCenter({ lun }: LocatedLun, { inSnapshot, powerOn }: ReleaseOptions): void {
  const count = inSnapshot?.length ?? 0;
  if (count === 0 && !powerOn) return;
  const reason = count > 0 ? `The snapshot holds ${count} VM(s)` : "VMs are to be started";
  throw new QnapError("VMsWithoutVCenter", { lun: lun.name, reason });
}

/** Members that the snapshot does not hold would be lost with the revert. */
export function mustKeepMembers({ lun }: LocatedLun, plans: readonly ReleasePlan[]): void {
  const names = plans.flatMap(({ newer }) => newer);
  if (names.length > 0)
    throw new QnapError("NewerVMs", { lun: lun.name, count: names.length, names: names.slice(0, 50) });
}

/** Refuses while strangers are logged in to a target that shows the LUN: those that no consumer will make let go. */
export async function mustHaveNoStrangers(
  { nas, lun }: LocatedLun,
  plans: readonly ReleasePlan[],
  signal?: AbortSignal,
): Promise<void> {
  const enabled = new Set(lun.targets.filter((target) => target.enabled).map(({ targetIndex }) => targetIndex));
  if (enabled.size === 0) return;
  const known = new Set(plans.flatMap(({ initiators }) => initiators.map((iqn) => iqn.toLowerCase())));
  const initiators = (await listTargets(nas, signal))
    .filter(({ targetIndex }) => enabled.has(targetIndex))
    .flatMap((target) => target.initiators)
    .filter(({ iqn }) => !known.has(iqn.toLowerCase()))
    .map(({ iqn, address }) => `${iqn} (${address})`);
  if (initiators.length > 0) throw new QnapError("LunInUse", { nas: nas.name, lun: lun.name, initiators });
}

/** Everybody gives the LUN up. From here on it is taken back, by us or by Repair-QnapOperation. */
export async function giveUp(
  located: LocatedLun,
  plans: readonly ReleasePlan[],
  log: OperationLog,
  context: Context,
): Promise<void> {
  if (plans.length === 0) return;
  const releases = await Promise.all(plans.map((plan) => plan.record()));
  context.stay();
  await log.add("release", { lun: remember(located), releases } satisfies ReleaseEntry);
  for (const [index, plan] of plans.entries()) await plan.run(releases[index] as ReleaseRecord, context);
}

/**
 * Everybody takes the LUN back, as far as it was given up. `undone`: it is as it was before. `late`: what a dead process asked
 * for may still come; then it is looked at once more.
 */
export async function takeBack(undone: boolean, log: OperationLog, context: Context, late = false): Promise<TakenBack> {
  const entry = log.last<ReleaseEntry>("release");
  if (!entry) return { told: [], notAdded: [] };
  const takeAll = async () => {
    // One consumer that is away keeps the LUN from nobody else.
    const ends = await settleAll(entry.releases, 1, (record) => takeBackOne(record, undone, log, context));
    const backs = ends.map((end) => {
      if (end.status === "rejected") throw end.reason;
      return end.value;
    });
    return { told: backs.flatMap(({ told }) => told), notAdded: backs.flatMap(({ notAdded }) => notAdded) };
  };
  let back = await takeAll();
  if (late && !log.last("takenBack") && !log.last("disable")) {
    await sleep(lateFor(entry, releasingMs));
    back = await takeAll();
  }
  await log.add("takenBack", back);
  return back;
}

async function takeBackOne(record: ReleaseRecord, undone: boolean, log: OperationLog, context: Context) {
  let consumer: Consumer | undefined;
  try {
    consumer = await context.machine.consumers.named(record.consumer, context);
    return await consumer.takeBack(record, { undone }, context);
  } catch (error) {
    const steps = await consumer?.stepsLeft(record).catch(() => undefined);
    throw new QnapError(
      "LunNotTakenBack",
      {
        consumer: record.consumer,
        reason: reasonOf(error),
        steps: steps ?? ["it cannot be asked what is left"],
        operation: log.operationId,
      },
      error,
    );
  }
}
