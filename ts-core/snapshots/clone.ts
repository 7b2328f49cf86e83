import { isCode, QnapError, reasonOf } from "../errors.ts";
import type { Lun, SnapshotRef } from "../model.ts";
import { cloneSnapshot, mustClone } from "../nas/clones.ts";
import { poll } from "../nas/jobs.ts";
import { freePoolBytes, listLunEntries, type NasLun, readLun } from "../nas/luns.ts";
import type { Nas } from "../nas/nas.ts";
import { listTargets } from "../nas/targets.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { Context } from "../rpc/operation.ts";
import type { EndState, OperationLog } from "../state/journal.ts";
import { aloneOnNas, inOperation, mustGoOn } from "./bracket.ts";
import { lateFor } from "./lateEffects.ts";
import { type LocatedLun, type LocatedSnapshot, locateSnapshot, mustBeReady, sameLun } from "./locate.ts";
import { withTargets } from "./lunList.ts";
import { type RememberedLun, remember, reopenLun } from "./reopen.ts";

export interface CloneEntry {
  lun: RememberedLun;
  snapshot: string;
  name: string;
}

/** A full copy takes as long as it takes; the LUN shows early and is ready late. */
const readyMs = 12 * 3600 * 1000;
/** From the NAS's answer, or the lack of one, until the new LUN shows. */
const appearMs = 30_000;
/** How long the new LUN is looked for after the NAS refused to make it. */
const refusalMs = 5_000;

export async function createClone(
  { snapshot: ref, name }: { snapshot: SnapshotRef; name: string },
  context: Context,
): Promise<{ operationId: string; lun: Lun }> {
  const located = await locateSnapshot(ref, context);
  mustBeReady(located);
  return inOperation(context, "newLunClone", [located], async (log) => {
    const clone = await makeCloneAlone(located, name, log, context);
    await log.end("Completed", `LUN '${name}' holds the content of '${located.snapshot.name}'`);
    const targets = await listTargets(located.nas);
    return { operationId: log.operationId, lun: withTargets(located.nas, clone, targets) };
  });
}

/** Makes the clone for an operation that is nothing without it: a refusal is its outcome. */
export async function makeCloneAlone(
  located: LocatedSnapshot,
  name: string,
  log: OperationLog,
  context: Context,
): Promise<NasLun> {
  try {
    return await aloneOnNas(context, located.nas, () => makeClone(located, name, log, context));
  } catch (error) {
    if (log.last("cloneRefused")) await log.end("Failed", `no clone was made: ${reasonOf(error)}`);
    throw error;
  }
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
  await log.add("clone", { lun: remember(located), snapshot: snapshot.name, name } satisfies CloneEntry);
  const look = () =>
    context.progress({
      activity: "Cloning snapshot",
      status: `${nas.name} copies '${snapshot.name}' to LUN '${name}'`,
    });
  try {
    await cloneSnapshot(nas, snapshot.snapshotId, name, lun.poolId, look);
  } catch (error) {
    if (!(error instanceof Unconfirmed)) {
      // -1 is also what a NAS says that has begun all the same.
      const begun = isCode(error, "NasError") && (await whenReady(nas, name, refusalMs, look));
      if (!begun) {
        await log.add("cloneRefused", { reason: reasonOf(error) });
        throw error;
      }
    }
    context.verbose(`clone snapshot: ${error.message}; looking for LUN '${name}'`);
  }
  const clone = await whenReady(nas, name, appearMs, look);
  if (!clone) throw notSeen(nas, name, log);
  await putOnRecord(located, clone, snapshot.name, log, context);
  return clone;
}

export async function mustBeFree(nas: Nas, name: string, signal: AbortSignal): Promise<void> {
  const entries = await listLunEntries(nas, signal);
  if (entries.some((entry) => entry.name.toLowerCase() === name.toLowerCase()))
    throw new QnapError("LunNameTaken", { nas: nas.name, lun: name });
}

export async function mustHaveRoom({ nas, lun }: LocatedLun, signal: AbortSignal): Promise<void> {
  if (lun.poolId === null) return;
  const freeBytes = await freePoolBytes(nas, lun.poolId, signal);
  // A thin clone takes less than its size; what it will take is not known beforehand.
  if (freeBytes !== undefined && !lun.thin && freeBytes < lun.sizeBytes)
    throw new QnapError("PoolFull", { nas: nas.name, lun: lun.name, freeBytes });
}

function notSeen(nas: Nas, name: string, { operationId }: OperationLog): QnapError {
  return new QnapError("OutcomeUnknown", {
    nas: nas.name,
    call: "clone snapshot",
    reason: "the new LUN does not show",
    found: `No LUN '${name}' was found.`,
    operation: operationId,
  });
}

/**
 * The new LUN once it is ready and has an NAA of its own (which comes late). Undefined when it is not listed for `absentMs`:
 * it did not come, or the NAS gave it up.
 */
export async function whenReady(
  nas: Nas,
  name: string,
  absentMs: number,
  look: () => void,
): Promise<NasLun | undefined> {
  let seenAt = Date.now();
  const found = await poll(readyMs, async () => {
    look();
    const entry = (await listLunEntries(nas)).find((other) => other.name === name);
    if (!entry) return Date.now() - seenAt >= absentMs ? "absent" : undefined;
    seenAt = Date.now();
    const lun = await readLun(nas, entry.lunIndex);
    return lun?.name === name && lun.status === "Ready" && lun.naa !== "" ? lun : undefined;
  });
  if (found === undefined) {
    const reason = `LUN '${name}' is still not ready`;
    throw new QnapError("NasNoAnswer", { nas: nas.name, call: "clone snapshot", reason });
  }
  return found === "absent" ? undefined : found;
}

async function putOnRecord(
  { nas, lun: source }: LocatedLun,
  clone: NasLun,
  snapshotName: string,
  { operationId }: OperationLog,
  { machine }: Context,
): Promise<void> {
  const { name, naa } = clone;
  if (naa === source.naa) {
    const reason = `LUN '${name}' has the NAA of its original`;
    throw new QnapError("NasAnswerUnreadable", { nas: nas.name, call: "clone snapshot", reason });
  }
  await machine.catalogue.add(naa, {
    type: "clone",
    name,
    operationId,
    nasSerial: nas.identity.serialNumber,
    sourceNaa: source.naa,
    sourceSnapshot: snapshotName,
  });
}

/** Somebody may have made a LUN of that name meanwhile. A clone has its original's size and pool, and is on no target yet. */
export function mayBeClone(lun: NasLun, source: NasLun): boolean {
  return lun.sizeBytes === source.sizeBytes && lun.poolId === source.poolId && lun.targets.length === 0;
}

/** A clone that shows is finished; one that never showed does not exist. */
export async function recoverClone(log: OperationLog, context: Context): Promise<void> {
  const clone = await cloneBegun(log, context);
  const snapshot = log.last<CloneEntry>("clone")?.snapshot;
  if (clone)
    await log.end("Completed", `finished afterwards: LUN '${clone.lun.name}' holds the content of '${snapshot}'`);
}

/** The clone that an interrupted operation had begun, on record; undefined when none was made, and then the journal is ended. */
export async function cloneBegun(log: OperationLog, context: Context): Promise<LocatedLun | undefined> {
  const begun = log.last<CloneEntry>("clone");
  if (!begun || log.last("cloneRefused")) return none(log, "Undone", "no clone was made");
  const source = await reopenLun(begun.lun, context);
  const look = () =>
    context.progress({ activity: "Recovering", status: `${source.nas.name} copies to LUN '${begun.name}'` });
  const clone = await whenReady(source.nas, begun.name, lateFor(begun), look);
  if (!clone) return none(log, "Undone", "no clone was made");
  if (!mayBeClone(clone, source.lun)) {
    const foreign = `the LUN '${begun.name}' that is there now is somebody else's, and not touched`;
    return none(log, "Failed", `no clone was made; ${foreign}`);
  }
  await putOnRecord(source, clone, begun.snapshot, log, context);
  return { nas: source.nas, lun: clone };
}

async function none(log: OperationLog, state: EndState, outcome: string): Promise<undefined> {
  await log.end(state, outcome);
  return undefined;
}
