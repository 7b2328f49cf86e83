import { setTimeout as sleep } from "node:timers/promises";
import { QnapError, reasonOf } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { CopyHolder, MountedCopy, MountPlace, PlacedCopy } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { JournalEntry, OperationLog } from "../state/journal.ts";
import { aloneOnNas, mustGoOn } from "./bracket.ts";
import type { LocatedLun } from "./locate.ts";
import { mapAll } from "./lunSwitch.ts";
import { holderKey, whereMounted } from "./mountWords.ts";
import { dropIfThere } from "./removeClone.ts";
import { type RememberedLun, remember, reopenNas } from "./reopen.ts";

/** What was found out before anything was done. */
export interface PlanEntry {
  place: MountPlace;
  targets: number[];
}

export interface MountEntry {
  lun: RememberedLun;
}

export interface ReleaseEntry {
  lun: RememberedLun;
  place: MountPlace;
  holders: CopyHolder[];
}

/**
 * From a clone to a mounted copy. What fails for good is undone; what may pass is left for Repair-QnapOperation. `lateMs`: how
 * long a mapping that a dead process asked for may still come.
 */
export async function finishOrUndo(
  clone: LocatedLun,
  log: OperationLog,
  context: Context,
  lateMs = 0,
): Promise<MountedCopy> {
  try {
    return await finish(clone, log, context);
  } catch (error) {
    const mayPass = error instanceof Unconfirmed || (error instanceof QnapError && error.retryable);
    if (log.ended || mayPass) throw error;
    await log.add("undo", { reason: reasonOf(error) });
    await undo(remember(clone), log, context, lateMs);
    throw error;
  }
}

/** Each step looks first, so that it goes on from wherever it was interrupted. */
async function finish(clone: LocatedLun, log: OperationLog, context: Context): Promise<MountedCopy> {
  const { place, targets } = log.last<PlanEntry>("plan") as JournalEntry & PlanEntry;
  if (!log.last("mount")) await log.add("mount", { lun: remember(clone) } satisfies MountEntry);
  mustGoOn(context, "The copy is removed again.");
  await note(clone, place, null, context);
  await aloneOnNas(context, clone.nas, () => mapAll(clone, targets));
  const copy = copyOf(remember(clone), place);
  const copies = await context.machine.copies(place.consumer);
  const mounted = await copies.mount(copy, context, () => log.add("resignature"));
  await note(clone, place, mounted, context);
  await log.end("Completed", `the copy '${clone.lun.name}' is mounted ${whereMounted(place, mounted)}`);
  return mounted;
}

/** From now on Remove-QnapLunClone leaves it alone, and Dismount-QnapLunSnapshot finds it. */
async function note(
  { nas, lun }: LocatedLun,
  place: MountPlace,
  mounted: MountedCopy | null,
  { machine: { catalogue } }: Context,
): Promise<void> {
  const record = await catalogue.clone(lun.naa, lun.name);
  if (!record) throw new QnapError("NotAClone", { lun: lun.name });
  const mount = { nas: nas.name, lunIndex: lun.lunIndex, place, mounted };
  await catalogue.add(lun.naa, { ...record, mount });
}

/** Takes back what was begun. */
export async function undo(lun: RememberedLun, log: OperationLog, context: Context, lateMs: number): Promise<void> {
  const { place } = log.last<PlanEntry>("plan") as JournalEntry & PlanEntry;
  await sleep(lateMs);
  await takeDown(lun, place, log, context);
  const reason = log.last<{ reason: string }>("undo")?.reason;
  await log.end("Undone", `nothing is left of the copy; it was not mounted: ${reason}`);
}

/** Off its hosts, off its targets, and removed. Each step may be repeated; refuses while somebody uses it. */
export async function takeDown(
  lun: RememberedLun,
  place: MountPlace,
  log: OperationLog,
  context: Context,
): Promise<void> {
  const copy = copyOf(lun, place);
  const copies = await context.machine.copies(place.consumer);
  const holders = await copies.mustRelease(copy, context);
  await log.add("release", { lun, place, holders } satisfies ReleaseEntry);
  await copies.release(copy, context);
  await forgetMount(lun, context);
  await aloneOnNas(context, await reopenNas(lun, context), () => dropIfThere(lun, log, context));
  await copies.forget(copy, everyHolder(log), context);
}

/** It is on no host any more: a clone of ours like any other. */
async function forgetMount({ naa, lunName }: RememberedLun, { machine: { catalogue } }: Context): Promise<void> {
  const record = await catalogue.clone(naa, lunName);
  if (!record) return;
  const { mount, ...clone } = record;
  if (mount) await catalogue.add(naa, clone);
}

/** Also those that an interrupted release had named: they may not show the disk any more. */
function everyHolder(log: OperationLog): CopyHolder[] {
  const all = log.all<ReleaseEntry>("release").flatMap(({ holders }) => holders);
  return [...new Map(all.map((holder) => [holderKey(holder), holder])).values()];
}

export function copyOf({ lunName, naa }: RememberedLun, place: MountPlace): PlacedCopy {
  return { name: lunName, naa, place };
}
