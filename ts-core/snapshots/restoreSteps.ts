import { isCode, reasonOf } from "../errors.ts";
import { Unconfirmed } from "../nas/call.ts";
import { poll } from "../nas/jobs.ts";
import { revertLun } from "../nas/revert.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { type LocatedLun, type LocatedSnapshot, sameLun } from "./locate.ts";
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

/** Hides the LUN on every target that shows it, so that nobody writes while it is reverted. */
export async function disable(located: LocatedLun, log: OperationLog, context: Context): Promise<void> {
  const lun = await sameLun(located);
  const mappings = lun.targets
    .filter((target) => target.enabled)
    .map(({ targetIndex, lunNumber }) => ({ targetIndex, lunNumber }));
  await log.add("disable", { lun: remember(located), mappings } satisfies DisableEntry);
  context.progress({ activity: "Restoring LUN", status: `Disabling '${lun.name}' on its targets` });
  await switchAll(located, mappings, false);
}

/** From here to comeBack nothing stops for a cancel: the LUN is away from its hosts. */
export async function revert(located: LocatedSnapshot, log: OperationLog, context: Context): Promise<void> {
  const { nas, lun, snapshot } = located;
  const look = () =>
    context.progress({ activity: "Restoring LUN", status: `${nas.name} reverts '${lun.name}' to '${snapshot.name}'` });
  await sameLun(located);
  await log.add("revert", { snapshotId: snapshot.snapshotId, snapshot: snapshot.name } satisfies RevertEntry);
  look();
  try {
    await revertLun(nas, snapshot.snapshotId, look);
  } catch (error) {
    if (!(error instanceof Unconfirmed)) await log.add("revertRefused", { reason: reasonOf(error) });
    throw error;
  }
  await untilReady(located, log, look);
  await log.add("reverted");
}

/** The NAS's word that a revert is over may be about another job: the LUN must say so too. Its NAA must be the same. */
async function untilReady(located: LocatedLun, log: OperationLog, look: () => void): Promise<void> {
  const call = "revert LUN";
  const ready = await poll(revertMs, async () => {
    look();
    const { status } = await sameLun(located).catch((error: unknown) => failed(log, error));
    return status === "Creating" ? undefined : status;
  });
  if (ready !== "Ready") throw new Unconfirmed(call, `LUN '${located.lun.name}' is ${ready ?? "still not ready"}`);
}

async function failed(log: OperationLog, error: unknown): Promise<never> {
  if (isCode(error, "LunChanged", "LunNotFound"))
    await log.end("Failed", `the revert was done, but ${reasonOf(error)} The LUN was left disabled.`);
  throw error;
}

/** Whether the NAS may have reverted the LUN, or may still be about to. */
export function revertIsOpen(log: OperationLog): boolean {
  return log.all("revert").length > log.all("revertRefused").length && !log.last("reverted");
}

/** Same NAA as before, then back on its targets under the same numbers. */
export async function comeBack(located: LocatedLun, log: OperationLog, context: Context): Promise<void> {
  await sameLun(located).catch((error: unknown) => failed(log, error));
  context.progress({ activity: "Restoring LUN", status: `Enabling '${located.lun.name}' on its targets` });
  await switchAll(located, log.last<DisableEntry>("disable")?.mappings ?? [], true);
}
