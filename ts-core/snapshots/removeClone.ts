import { setTimeout as sleep } from "node:timers/promises";
import { isCode, QnapError, reasonOf } from "../errors.ts";
import type { LunRef } from "../model.ts";
import { poll } from "../nas/jobs.ts";
import { readLun, removeLun } from "../nas/luns.ts";
import { setLunEnabled, unmapLun } from "../nas/mappings.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { aloneOnNas, inOperation, type LeasedLun, mustGoOn } from "./bracket.ts";
import { mustHaveNoStrangers } from "./giveUp.ts";
import { findSnapshots, type LocatedLun, locateLun, sameLun } from "./locate.ts";
import { whereMounted } from "./mountWords.ts";
import { type RememberedLun, remember, reopenLun, reopenNas } from "./reopen.ts";

const goneMs = 10 * 60_000;
/** Accepted, or without an answer, and still listed as ready this long: the NAS did nothing, as some do. */
const idleMs = 30_000;
const removeTries = 3;
const busyTries = 20;
const pauseMs = 3_000;

export async function removeClone(
  { lun: ref, force, planOnly }: { lun: LunRef; force?: boolean; planOnly?: boolean },
  context: Context,
) {
  const located = await locateLun(ref, context);
  const { nas, lun } = located;
  await mustBeOurs(lun, context);
  if (!force) await mustHaveNoStrangers(located, [], context.signal);
  await mustHaveNoSnapshots(located, context.signal);
  if (planOnly) return { operationId: null, lun: lun.name };
  return inOperation(context, "removeLunClone", [located], async (log) => {
    mustGoOn(context, "Nothing was changed.");
    // It may have been mounted while this waited for its turn.
    await mustBeOurs(lun, context);
    await aloneOnNas(context, nas, () => dropOrSay(located, log, context));
    await log.end("Completed", `LUN '${lun.name}' is gone`);
    return { operationId: log.operationId, lun: lun.name };
  });
}

/** Name and record must both say that it is ours; on hosts it is dismounted first. */
async function mustBeOurs({ naa, name }: LeasedLun, { machine }: Context): Promise<void> {
  const record = await machine.catalogue.clone(naa, name);
  if (!record) throw new QnapError("NotAClone", { lun: name });
  if (!record.mount) return;
  const { place, mounted } = record.mount;
  const host = place.consumer === "VMware" ? place.vmHost : undefined;
  throw new QnapError("CloneMounted", { lun: name, where: whereMounted(place, mounted), host });
}

/** A NAS refuses such a LUN (single source), or takes its snapshots along. */
export async function mustHaveNoSnapshots(located: LocatedLun, signal: AbortSignal): Promise<void> {
  const names = (await findSnapshots(located, {}, signal)).map(({ name }) => name);
  if (names.length === 0) return;
  const { nas, lun } = located;
  throw new QnapError("LunHasSnapshots", {
    nas: nas.name,
    lun: lun.name,
    count: names.length,
    names: names.slice(0, 10),
  });
}

/** A refusal that stands after several tries leaves nothing to wait for: it is the outcome. */
async function dropOrSay(located: LocatedLun, log: OperationLog, context: Context): Promise<void> {
  try {
    await dropClone(located, log, context);
  } catch (error) {
    if (isCode(error, "NasError"))
      await log.end("Failed", `LUN '${located.lun.name}' was not removed: ${reasonOf(error)}`);
    throw error;
  }
}

/** Takes our clone off its targets, removes it and waits until it is gone. The caller is alone on the NAS. */
export async function dropClone(located: LocatedLun, log: OperationLog, context: Context): Promise<void> {
  const { lun } = located;
  await log.add("drop", { lun: remember(located) });
  try {
    await takeOffTargets(located);
    await removeUntilGone(located, context);
  } catch (error) {
    // What is gone, or has given its index to another LUN, is gone.
    if (!isCode(error, "LunNotFound", "LunChanged")) throw error;
  }
  await context.machine.catalogue.remove(lun.naa, lun.name);
}

/** Asks and reads back until no target has it: asking twice does no harm. */
async function takeOffTargets(located: LocatedLun): Promise<void> {
  const { nas, lun } = located;
  let failure: unknown;
  for (let tries = 0; ; tries++) {
    const { targets } = await sameLun(located);
    if (targets.length === 0) return;
    if (tries === removeTries) throw failure ?? stillThere(located);
    if (tries > 0) await sleep(pauseMs);
    for (const { targetIndex, enabled } of targets) {
      try {
        if (enabled) await setLunEnabled(nas, lun.lunIndex, targetIndex, false);
        await unmapLun(nas, lun.lunIndex, targetIndex);
      } catch (error) {
        failure = error;
      }
    }
  }
}

async function removeUntilGone(located: LocatedLun, context: Context): Promise<void> {
  let failure: unknown;
  for (let tries = 0; tries < removeTries; tries++) {
    failure = await removeWhenIdle(located).catch((error: unknown) => error);
    if (failure) context.verbose(`remove LUN: ${reasonOf(failure)}; looking whether it goes`);
    if (await goes(located, failure === undefined || failure instanceof Unconfirmed, context)) return;
  }
  throw failure ?? stillThere(located);
}

/** A busy dataset is refused for a while (confirmed): vendor code asks again without a limit, we do so for a minute. */
async function removeWhenIdle(located: LocatedLun): Promise<void> {
  for (let tries = 1; ; tries++) {
    const lun = await sameLun(located);
    try {
      return await removeLun(located.nas, lun);
    } catch (error) {
      if (!isCode(error, "NasBusy") || tries === busyTries) throw error;
    }
    await sleep(pauseMs);
  }
}

/** Waits until the LUN is gone; false when the NAS has not even begun to remove it. */
async function goes(located: LocatedLun, mayHaveBegun: boolean, context: Context): Promise<boolean> {
  const { nas, lun } = located;
  const giveUpAt = Date.now() + (mayHaveBegun ? idleMs : pauseMs);
  const gone = await poll(goneMs, async () => {
    context.progress({ activity: "Removing clone", status: `${nas.name} is removing LUN '${lun.name}'` });
    const now = await readLun(nas, lun.lunIndex);
    // A LUN that is going may have lost its NAA already.
    if (now?.name !== lun.name || (now.naa !== lun.naa && now.naa !== "")) return true;
    return now.status === "Ready" && Date.now() > giveUpAt ? false : undefined;
  });
  return gone ?? false;
}

function stillThere({ nas, lun }: LocatedLun): QnapError {
  return new QnapError("NasNoAnswer", {
    nas: nas.name,
    call: "remove LUN",
    reason: `LUN '${lun.name}' is still there`,
  });
}

/** Removes our clone that a journal names, as far as it is there. The caller is alone on the NAS. */
export async function dropIfThere(lun: RememberedLun, log: OperationLog, context: Context): Promise<void> {
  const located = await reopenLun(lun, context).catch((error: unknown) => {
    if (!isCode(error, "LunNotFound", "LunChanged")) throw error;
    return undefined;
  });
  if (!located) return context.machine.catalogue.remove(lun.naa, lun.lunName);
  // Name and record must both say that it is ours, also where a journal says so.
  await mustBeOurs(located.lun, context);
  await dropOrSay(located, log, context);
}

/** Finishes the removal of a clone of ours; it may be gone already. */
export async function recoverCloneRemoval(log: OperationLog, context: Context): Promise<void> {
  const begun = log.last<{ lun: RememberedLun }>("drop");
  if (!begun) return log.end("Undone", "nothing was changed");
  const nas = await reopenNas(begun.lun, context);
  await aloneOnNas(context, nas, () => dropIfThere(begun.lun, log, context));
  await log.end("Completed", `LUN '${begun.lun.lunName}' is gone`);
}
