import { QnapError, reasonOf } from "../errors.ts";
import type { Lun, SnapshotRef } from "../model.ts";
import { Unconfirmed } from "../nas/call.ts";
import { cloneSnapshot, mustClone } from "../nas/clones.ts";
import { poll } from "../nas/jobs.ts";
import { freePoolBytes, listLunEntries, type NasLun, readLun } from "../nas/luns.ts";
import type { Nas } from "../nas/nas.ts";
import { listTargets } from "../nas/targets.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { aloneOnNas, inOperation, mustGoOn } from "./bracket.ts";
import { type LocatedLun, type LocatedSnapshot, locateSnapshot, mustBeReady, sameLun } from "./locate.ts";
import { withTargets } from "./lunList.ts";
import { type RememberedLun, remember, reopenLun } from "./reopen.ts";

/** A full copy takes as long as it takes; the LUN shows early and is ready late. */
const readyMs = 12 * 3600 * 1000;
/** After a lost answer or an interruption: a clone that was begun shows within this time. */
const appearMs = 15_000;

export async function createClone(
  { snapshot: ref, name }: { snapshot: SnapshotRef; name: string },
  context: Context,
): Promise<{ operationId: string; lun: Lun }> {
  const located = await locateSnapshot(ref, context);
  mustBeReady(located);
  return inOperation(context, "newLunClone", [located], async (log) => {
    const clone = await aloneOnNas(context, located.nas, () => makeClone(located, name, log, context)).catch(
      async (error: unknown) => {
        if (log.last("refused")) await log.end("Failed", `no clone was made: ${reasonOf(error)}`);
        throw error;
      },
    );
    await log.end("Completed", `LUN '${name}' holds the content of '${located.snapshot.name}'`);
    const targets = await listTargets(located.nas);
    return { operationId: log.operationId, lun: withTargets(located.nas, clone, targets) };
  });
}

/** Makes the clone, waits until it is usable, and records that it is ours. The caller is alone on the NAS. */
export async function makeClone(
  located: LocatedSnapshot,
  name: string,
  log: OperationLog,
  context: Context,
): Promise<NasLun> {
  const { nas, snapshot } = located;
  mustClone(nas);
  await mustBeFree(nas, name, context.signal);
  await mustHaveRoom(located, context.signal);
  const lun = await sameLun(located, context.signal);
  mustGoOn(context, "Nothing was changed.");
  await log.add("clone", { lun: remember(located), snapshot: snapshot.name, name });
  const look = () =>
    context.progress({
      activity: "Cloning snapshot",
      status: `${nas.name} copies '${snapshot.name}' to LUN '${name}'`,
    });
  try {
    await cloneSnapshot(nas, snapshot.snapshotId, name, lun.poolId, look);
  } catch (error) {
    if (!(error instanceof Unconfirmed)) {
      await log.add("refused", { call: "clone", reason: reasonOf(error) });
      throw error;
    }
    if (!(await appears(nas, name))) throw notSeen(nas, name, error, log);
  }
  return adopt(located, snapshot.name, name, log, context, look);
}

async function mustBeFree(nas: Nas, name: string, signal: AbortSignal): Promise<void> {
  const entries = await listLunEntries(nas, signal);
  if (entries.some((entry) => entry.name.toLowerCase() === name.toLowerCase()))
    throw new QnapError("LunNameTaken", { nas: nas.name, lun: name });
}

async function mustHaveRoom({ nas, lun }: LocatedLun, signal: AbortSignal): Promise<void> {
  if (lun.poolId === null) return;
  const freeBytes = await freePoolBytes(nas, lun.poolId, signal);
  // A thin clone takes less than its size; what it will take is not known beforehand.
  if (freeBytes !== undefined && !lun.thin && freeBytes < lun.sizeBytes)
    throw new QnapError("PoolFull", { nas: nas.name, lun: lun.name, freeBytes });
}

function notSeen(
  nas: Nas,
  name: string,
  { call, message: reason }: Unconfirmed,
  { operationId }: OperationLog,
): QnapError {
  return new QnapError("OutcomeUnknown", {
    nas: nas.name,
    call,
    reason,
    found: `No LUN '${name}' was found yet.`,
    operation: operationId,
  });
}

async function appears(nas: Nas, name: string, timeoutMs = appearMs): Promise<number | undefined> {
  return poll(timeoutMs, async () => (await listLunEntries(nas)).find((entry) => entry.name === name)?.lunIndex);
}

/** Waits until the new LUN is ready and has an NAA of its own (which comes late), then puts it on record. */
async function adopt(
  source: LocatedLun,
  snapshotName: string,
  name: string,
  log: OperationLog,
  context: Context,
  look: () => void,
): Promise<NasLun> {
  const { nas } = source;
  const clone = await poll(readyMs, async () => {
    look();
    const lunIndex = (await listLunEntries(nas)).find((entry) => entry.name === name)?.lunIndex;
    const lun = lunIndex === undefined ? undefined : await readLun(nas, lunIndex);
    return lun?.name === name && lun.status === "Ready" && lun.naa !== "" ? lun : undefined;
  });
  if (!clone)
    throw new QnapError("NasNoAnswer", {
      nas: nas.name,
      call: "clone snapshot",
      reason: `LUN '${name}' is still not ready`,
    });
  if (clone.naa === source.lun.naa) {
    throw new QnapError("NasAnswerUnreadable", {
      nas: nas.name,
      call: "clone snapshot",
      reason: `LUN '${name}' has the NAA of its original`,
    });
  }
  const { operationId } = log;
  await context.machine.catalogue.add(clone.naa, {
    type: "clone",
    name,
    operationId,
    nasSerial: nas.identity.serialNumber,
    sourceNaa: source.lun.naa,
    sourceSnapshot: snapshotName,
  });
  return clone;
}

/** A clone that shows is finished; one that never showed does not exist. */
export async function recoverClone(log: OperationLog, context: Context): Promise<void> {
  const begun = log.last<{ lun: RememberedLun; snapshot: string; name: string }>("clone");
  if (!begun || log.last("refused")) return log.end("Undone", "no clone was made");
  const source = await reopenLun(begun.lun, context);
  const settledIn = Date.parse(begun.at) + appearMs - Date.now();
  if ((await appears(source.nas, begun.name, Math.max(0, settledIn))) === undefined)
    return log.end("Undone", "no clone was made");
  const look = () =>
    context.progress({ activity: "Recovering", status: `${source.nas.name} copies to LUN '${begun.name}'` });
  await adopt(source, begun.snapshot, begun.name, log, context, look);
  await log.end("Completed", `finished afterwards: LUN '${begun.name}' holds the content of '${begun.snapshot}'`);
}
