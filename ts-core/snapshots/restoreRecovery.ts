import { QnapError } from "../errors.ts";
import { poll } from "../nas/jobs.ts";
import { awaitRevert } from "../nas/revert.ts";
import type { Context } from "../rpc/operation.ts";
import type { JournalEntry, OperationLog } from "../state/journal.ts";
import { aloneOnNas } from "./bracket.ts";
import { takeBack } from "./giveUp.ts";
import { lateFor } from "./lateEffects.ts";
import { findSnapshots, type LocatedLun, sameLun } from "./locate.ts";
import { switchAll } from "./lunSwitch.ts";
import { type RememberedLun, reopenLun, reopenNas } from "./reopen.ts";
import { comeBack, type DisableEntry, type RevertEntry, revert, revertIsOpen } from "./restoreSteps.ts";
import { dropSafetyCopy } from "./safetyCopy.ts";

/** So soon after an interruption nobody is thought to have enabled the LUN by hand, used it, and disabled it again. */
const untouchedMs = 10 * 60_000;

/** Finishes or undoes an interrupted restore. What cannot be known is never guessed. */
export async function recoverRestore(
  log: OperationLog,
  context: Context,
  { revertAgain = false }: { revertAgain?: boolean },
): Promise<void> {
  const first = log.entries.find(({ lun }) => lun !== undefined) as (JournalEntry & { lun: RememberedLun }) | undefined;
  if (!first) return log.end("Undone", "nothing was changed");
  const nas = await reopenNas(first.lun, context);
  await aloneOnNas(context, nas, () => recover(log, context, true, revertAgain));
}

/**
 * The caller is alone on the NAS. `late`: what a dead process asked for may still come. `asked`: the user wants a revert in doubt
 * done again.
 */
export async function recover(log: OperationLog, context: Context, late: boolean, asked = false): Promise<void> {
  const disabled = log.last<DisableEntry>("disable");
  // Without this entry what a dead process asked of those who give the LUN up may still come.
  if (!disabled) return undo(log, context, late, "the LUN was not touched");
  const located = await reopenLun(disabled.lun, context);
  const begun = log.last<RevertEntry>("revert");
  if (!begun && late) await untilDisabled(located, disabled);
  if (!begun || !(revertIsOpen(log) || log.last("reverted"))) {
    const lost = await switchAll(located, disabled.mappings, true);
    return undo(log, context, late, `the LUN is as before${lost}`);
  }
  if (revertIsOpen(log)) {
    await mustBeHidden(located, log, context);
    if (!asked) mustBeUntouched(located, begun, log);
    await revertAgain(located, disabled, begun, log, context);
  }
  const lost = await comeBack(located, log, context);
  const { told } = await takeBack(false, log, context);
  const outcome = `finished afterwards: LUN '${located.lun.name}' is as it was in '${begun.snapshot}'${lost}`;
  await log.end("Completed", [outcome, ...told].join("; "));
}

async function undo(log: OperationLog, context: Context, late: boolean, outcome: string): Promise<void> {
  const { told } = await takeBack(true, log, context, late);
  await dropSafetyCopy(log, context, late);
  await log.end("Undone", [outcome, ...told].join("; "));
}

/** Enabled too early, the LUN would be hidden for good by a request that comes late. */
async function untilDisabled(located: LocatedLun, disabled: JournalEntry & DisableEntry): Promise<void> {
  const asked = new Set(disabled.mappings.map(({ targetIndex }) => targetIndex));
  await poll(lateFor(disabled), async () => {
    const { targets } = await sameLun(located);
    return targets.some(({ targetIndex, enabled }) => enabled && asked.has(targetIndex)) ? undefined : true;
  });
}

/**
 * Whether the revert had been done when we were interrupted, the NAS cannot tell. Doing it again is safe as long as the LUN has
 * stayed away from its hosts: nobody can have written since.
 */
async function revertAgain(
  located: LocatedLun,
  { mappings }: DisableEntry,
  begun: JournalEntry & RevertEntry,
  log: OperationLog,
  context: Context,
): Promise<void> {
  const { nas, lun } = located;
  const { snapshot, snapshotId } = begun;
  // Done again before it has come, it would come once more after the LUN is back with its hosts.
  await poll(lateFor(begun), async () => ((await sameLun(located)).status === "Ready" ? undefined : true));
  await awaitRevert(nas, () =>
    context.progress({ activity: "Recovering", status: `Waiting for ${nas.name} to finish the revert` }),
  );
  const [found] = await findSnapshots(located, { name: snapshot, snapshotId });
  if (found) return revert({ ...located, snapshot: found }, log, context);
  const lost = await switchAll(located, mappings, true);
  await takeBack(false, log, context);
  await log.end(
    "Failed",
    `snapshot '${snapshot}' is gone; whether LUN '${lun.name}' was reverted is not known, and it was enabled again${lost}`,
  );
  throw new QnapError("SnapshotNotFound", { nas: nas.name, lun: lun.name, snapshot });
}

/**
 * Enabled, written to and disabled again by hand, a LUN shows nothing of it. Only right after the interruption, and while the NAS
 * is still at the revert, that is out of the question; later on the user must say.
 */
function mustBeUntouched({ lun }: LocatedLun, { snapshot }: RevertEntry, { entries, operationId }: OperationLog): void {
  const since = entries.at(-1)?.at ?? "";
  const ageMs = Date.now() - Date.parse(since);
  if (lun.status !== "Ready" || (ageMs >= 0 && ageMs < untouchedMs)) return;
  throw new QnapError("RevertInDoubt", { lun: lun.name, snapshot, since, operation: operationId });
}

async function mustBeHidden({ nas, lun }: LocatedLun, log: OperationLog, context: Context): Promise<void> {
  if (!lun.targets.some(({ enabled }) => enabled)) return;
  await takeBack(false, log, context);
  const outcome = `LUN '${lun.name}' was enabled by somebody else meanwhile; whether it was reverted is not known, and it was not touched again`;
  await log.end("Failed", outcome);
  throw new QnapError("OutcomeUnknown", {
    nas: nas.name,
    call: "revert LUN",
    reason: "interrupted",
    found: `${outcome}.`,
    operation: log.operationId,
  });
}
