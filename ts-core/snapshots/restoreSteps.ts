import { isCode, QnapError, reasonOf } from "../errors.ts";
import { poll } from "../nas/jobs.ts";
import type { NasLun } from "../nas/luns.ts";
import { revertLun } from "../nas/revert.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { findSnapshots, type LocatedLun, type LocatedSnapshot, sameLun } from "./locate.ts";
import { type Mapping, switchAll } from "./lunSwitch.ts";
import { type RememberedLun, remember } from "./reopen.ts";

export interface DisableEntry {
  lun: RememberedLun;
  mappings: Mapping[];
}

export interface RevertEntry {
  snapshotId: string;
  snapshot: string;
}

/** A revert copies back what has changed: hours are possible on QTS. */
const revertMs = 12 * 3600 * 1000;
/** How long a LUN is watched after the NAS refused to revert it. */
const refusalMs = 5_000;
/** How long answers may tell of another LUN before that is believed. */
const oddMs = 60_000;

/** Hides the LUN on every target that shows it, so that nobody writes while it is reverted. */
export async function disable(located: LocatedLun, log: OperationLog, context: Context): Promise<void> {
  const lun = await sameLun(located);
  const mappings = lun.targets
    .filter((target) => target.enabled)
    .map(({ targetIndex, lunNumber }) => ({ targetIndex, lunNumber }));
  context.stay();
  await log.add("disable", { lun: remember(located), mappings } satisfies DisableEntry);
  context.progress({ activity: "Restoring LUN", status: `Disabling '${lun.name}' on its targets` });
  await switchAll(located, mappings, false);
}

/** From here to comeBack nothing stops for a cancel: the LUN is away from its hosts. */
export async function revert(located: LocatedSnapshot, log: OperationLog, context: Context): Promise<void> {
  const { nas, lun, snapshot } = located;
  const look = () =>
    context.progress({ activity: "Restoring LUN", status: `${nas.name} reverts '${lun.name}' to '${snapshot.name}'` });
  await mustBeHidden(located);
  await mustStillBe(located);
  await log.add("revert", { snapshotId: snapshot.snapshotId, snapshot: snapshot.name } satisfies RevertEntry);
  look();
  try {
    await revertLun(nas, snapshot.snapshotId, look);
  } catch (error) {
    const refused = !(error instanceof Unconfirmed) && (!isCode(error, "NasError") || (await isIdle(located)));
    if (refused) await log.add("revertRefused", { reason: reasonOf(error) });
    throw error;
  }
  await untilReady(located, log, look);
  await log.add("reverted");
}

/** Right before the revert nobody may see the LUN: a mapping may have been added or switched on since. */
async function mustBeHidden(located: LocatedLun): Promise<void> {
  const { nas, lun } = located;
  const shown = (await sameLun(located)).targets.filter(({ enabled }) => enabled);
  if (shown.length === 0) return;
  const initiators = `somebody enabled it again, so that initiators may be logged in on target ${shown.map(({ targetIndex }) => targetIndex).join(", ")} and`;
  throw new QnapError("LunInUse", { nas: nas.name, lun: lun.name, initiators });
}

/** The id may belong to another snapshot by now: a safety copy takes its time. */
async function mustStillBe(located: LocatedSnapshot): Promise<void> {
  const { nas, lun, snapshot } = located;
  const [found] = await findSnapshots(located, { name: snapshot.name, snapshotId: snapshot.snapshotId });
  if (!found) throw new QnapError("SnapshotNotFound", { nas: nas.name, lun: lun.name, snapshot: snapshot.name });
}

/** A refusal is believed when the LUN then stays at rest: -1 is also what a NAS says that has begun all the same. */
async function isIdle(located: LocatedLun): Promise<boolean> {
  const busy = await poll(refusalMs, async () => ((await sameLun(located)).status === "Ready" ? undefined : true));
  return busy === undefined;
}

/** The NAS's word that a revert is over may be about another job: the LUN must say so too. Its NAA must be the same. */
async function untilReady(located: LocatedLun, log: OperationLog, look: () => void): Promise<void> {
  const call = "revert LUN";
  const ready = await poll(revertMs, async () => {
    look();
    const { status } = await steadyLun(located, log);
    return status === "Creating" ? undefined : status;
  });
  if (ready !== "Ready") throw new Unconfirmed(call, `LUN '${located.lun.name}' is ${ready ?? "still not ready"}`);
}

/** One odd answer is no proof that the LUN is another one: only when all are odd for a while is that the outcome. */
async function steadyLun(located: LocatedLun, log: OperationLog): Promise<NasLun> {
  let odd: unknown;
  const lun = await poll(oddMs, () =>
    sameLun(located).catch((error: unknown) => {
      if (!isCode(error, "LunChanged", "LunNotFound")) throw error;
      odd = error;
      return undefined;
    }),
  );
  if (lun) return lun;
  await log.end("Failed", `the revert was done, but: ${reasonOf(odd)} The LUN was left disabled.`);
  throw odd;
}

/** Whether the NAS may have reverted the LUN, or may still be about to. */
export function revertIsOpen(log: OperationLog): boolean {
  return log.all("revert").length > log.all("revertRefused").length && !log.last("reverted");
}

/** Same NAA as before, then back on its targets under the same numbers. Returns what is not as it was, in words. */
export async function comeBack(located: LocatedLun, log: OperationLog, context: Context): Promise<string> {
  await steadyLun(located, log);
  context.progress({ activity: "Restoring LUN", status: `Enabling '${located.lun.name}' on its targets` });
  return switchAll(located, log.last<DisableEntry>("disable")?.mappings ?? [], true);
}
