import { setTimeout as sleep } from "node:timers/promises";
import { isCode, QnapError } from "../errors.ts";
import type { LunRef } from "../model.ts";
import { Unconfirmed } from "../nas/call.ts";
import { poll } from "../nas/jobs.ts";
import { listLunEntries, readLun, removeLun, setLunEnabled, unmapLun } from "../nas/luns.ts";
import { listTargets } from "../nas/targets.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { aloneOnNas, inOperation, mustGoOn } from "./bracket.ts";
import { type LocatedLun, locateLun, sameLun } from "./locate.ts";
import { type RememberedLun, remember, reopenLun } from "./reopen.ts";

const goneMs = 10 * 60_000;
const busyTries = 20;
const busyPauseMs = 3_000;

export async function removeClone({ lun: ref, force }: { lun: LunRef; force?: boolean }, context: Context) {
  const located = await locateLun(ref, context);
  const { nas, lun } = located;
  if (!(await context.machine.catalogue.clone(lun.naa, lun.name))) throw new QnapError("NotAClone", { lun: lun.name });
  if (!force) await mustBeUnused(located, context.signal);
  return inOperation(context, "removeLunClone", [located], async (log) => {
    mustGoOn(context, "Nothing was changed.");
    await aloneOnNas(context, nas, () => dropClone(located, log, context));
    await log.end("Completed", `LUN '${lun.name}' is gone`);
    return { operationId: log.operationId, lun: lun.name };
  });
}

/** Refuses while initiators are logged in to a target that shows the LUN. */
export async function mustBeUnused({ nas, lun }: LocatedLun, signal?: AbortSignal): Promise<void> {
  const enabled = new Set(lun.targets.filter((target) => target.enabled).map(({ targetIndex }) => targetIndex));
  if (enabled.size === 0) return;
  const targets = (await listTargets(nas, signal)).filter(({ targetIndex }) => enabled.has(targetIndex));
  const initiators = targets.flatMap((target) => target.initiators.map(({ iqn, address }) => `${iqn} (${address})`));
  if (initiators.length > 0) throw new QnapError("LunInUse", { nas: nas.name, lun: lun.name, initiators });
}

/** Takes our clone off its targets, removes it and waits until it is gone. The caller is alone on the NAS. */
export async function dropClone(located: LocatedLun, log: OperationLog, context: Context): Promise<void> {
  const { nas, lun } = located;
  await log.add("drop", { lun: remember(located) });
  const { targets } = await sameLun(located);
  for (const { targetIndex, enabled } of targets) {
    if (enabled) await setLunEnabled(nas, lun.lunIndex, targetIndex, false);
    await unmapLun(nas, lun.lunIndex, targetIndex);
  }
  await removeWhenIdle(located, context);
  const gone = await poll(goneMs, async () => {
    context.progress({ activity: "Removing clone", status: `${nas.name} is removing LUN '${lun.name}'` });
    return (await isGone(located)) ? true : undefined;
  });
  if (!gone)
    throw new QnapError("NasNoAnswer", {
      nas: nas.name,
      call: "remove LUN",
      reason: `LUN '${lun.name}' is still there`,
    });
  await context.machine.catalogue.remove(lun.naa, lun.name);
}

/** A busy dataset is refused for a while (confirmed): vendor code asks again without a limit, we do so for a minute. */
async function removeWhenIdle(located: LocatedLun, context: Context): Promise<void> {
  for (let tries = 1; ; tries++) {
    const lun = await sameLun(located);
    try {
      return await removeLun(located.nas, lun);
    } catch (error) {
      if (error instanceof Unconfirmed) return context.verbose(`remove LUN: ${error.message}; looking whether it goes`);
      if (!isCode(error, "NasBusy") || tries === busyTries) throw error;
    }
    await sleep(busyPauseMs);
  }
}

async function isGone({ nas, lun }: LocatedLun): Promise<boolean> {
  if (!(await listLunEntries(nas)).some((entry) => entry.lunIndex === lun.lunIndex)) return true;
  const now = await readLun(nas, lun.lunIndex);
  return !now || now.naa !== lun.naa || now.name !== lun.name;
}

export async function recoverCloneRemoval(log: OperationLog, context: Context): Promise<void> {
  const begun = log.last<{ lun: RememberedLun }>("drop");
  if (!begun) return log.end("Undone", "nothing was changed");
  await dropRemembered(begun.lun, log, context);
  await log.end("Completed", `LUN '${begun.lun.lunName}' is gone`);
}

/** Removes a clone of ours that a journal remembers; it may be gone already. */
export async function dropRemembered(remembered: RememberedLun, log: OperationLog, context: Context): Promise<void> {
  const located = await reopenLun(remembered, context).catch((error: unknown) => {
    if (!isCode(error, "LunNotFound", "LunChanged")) throw error;
    return undefined;
  });
  if (!located) return context.machine.catalogue.remove(remembered.naa, remembered.lunName);
  await aloneOnNas(context, located.nas, () => dropClone(located, log, context));
}
