import { QnapError } from "../errors.ts";
import { poll } from "../nas/jobs.ts";
import { createSnapshot, deleteSnapshot, type NasSnapshot } from "../nas/snapshots.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { makeClone, whenReady } from "./clone.ts";
import { lateFor } from "./lateEffects.ts";
import { findSnapshots, type LocatedLun, type LocatedSnapshot, sameLun } from "./locate.ts";
import { operationIdIn, ownCloneName, snapshotName } from "./names.ts";
import { waitUntilGone } from "./remove.ts";
import { dropClone } from "./removeClone.ts";
import { type RememberedLun, remember, reopenLun } from "./reopen.ts";
import type { SafetyCopy } from "./restorePlan.ts";

const appearMs = 30_000;

interface SnapshotEntry {
  lun: RememberedLun;
  name: string;
}

/** Keeps the LUN's present content: as a snapshot, or, where a revert destroys newer snapshots, as a LUN of its own. */
export async function makeSafetyCopy(
  located: LocatedSnapshot,
  kind: SafetyCopy,
  log: OperationLog,
  context: Context,
): Promise<void> {
  if (kind === "None") return;
  const snapshot = await takeSafetySnapshot(located, log, context);
  if (kind === "Snapshot") {
    await keep(located, snapshot, log, context);
    return log.add("safe", { name: snapshot.name });
  }
  const name = ownCloneName(located.lun.name, log.operationId);
  await makeClone({ ...located, snapshot }, name, log, context);
  // Only a help: the revert must not meet it, and it must not be taken for a copy that lasts.
  await dropSnapshot({ ...located, snapshot }, log, context);
  await log.add("safe", { name });
}

async function takeSafetySnapshot(located: LocatedLun, log: OperationLog, context: Context): Promise<NasSnapshot> {
  const { nas, lun } = located;
  const name = snapshotName(`safety-${lun.name}`, log.operationId);
  await sameLun(located, context.signal);
  await log.add("safetySnapshot", { lun: remember(located), name } satisfies SnapshotEntry);
  context.progress({ activity: "Restoring LUN", status: `Keeping the present content of '${lun.name}'` });
  const spec = { name, description: "Before a restore", expireMinutes: 0, vital: false };
  await createSnapshot(nas, lun, spec).catch((error: unknown) => {
    if (!(error instanceof Unconfirmed)) throw error;
  });
  const found = await poll(appearMs, async () => (await findSnapshots(located, { name }))[0]);
  if (found) return found;
  throw new QnapError("SafetyCopyImpossible", {
    nas: nas.name,
    lun: lun.name,
    reason: "the NAS took the request for a snapshot, but none appeared",
  });
}

async function keep(
  { nas, lun }: LocatedLun,
  { name, snapshotId }: NasSnapshot,
  { operationId }: OperationLog,
  { machine }: Context,
): Promise<void> {
  await machine.catalogue.add(lun.naa, {
    type: "snapshot",
    name,
    snapshotId,
    operationId,
    nasSerial: nas.identity.serialNumber,
    createTimeUtc: new Date().toISOString(),
    consistency: "Crash",
    freezeMs: null,
    description: "Before a restore",
    vital: false,
    expireTimeUtc: null,
  });
}

async function dropSnapshot(located: LocatedSnapshot, log: OperationLog, context: Context): Promise<void> {
  await sameLun(located);
  await deleteSnapshot(located.nas, located.snapshot.snapshotId).catch((error: unknown) => {
    if (!(error instanceof Unconfirmed)) throw error;
  });
  await waitUntilGone(located, log.operationId, context);
}

/** Takes back the safety copy of a restore that was not done. `late`: what a dead process asked for may still come. */
export async function dropSafetyCopy(log: OperationLog, context: Context, late: boolean): Promise<void> {
  const taken = log.last<SnapshotEntry>("safetySnapshot");
  if (!taken || operationIdIn(taken.name) !== log.operationId) return;
  const located = await reopenLun(taken.lun, context);
  const begun = log.last<{ name: string }>("clone");
  if (begun?.name.endsWith(`_${log.operationId}`) && !log.last("cloneRefused"))
    await dropSafetyClone(located, begun.name, late ? lateFor(begun) : 0, log, context);
  // A clone was begun only after the snapshot had been seen.
  const waitMs = late && !begun ? lateFor(taken) : 0;
  const snapshot = await poll(waitMs, async () => (await findSnapshots(located, { name: taken.name }))[0]);
  if (snapshot) await dropSnapshot({ ...located, snapshot }, log, context);
  await context.machine.catalogue.remove(located.lun.naa, taken.name);
}

/** By its name, which holds this operation's id and was free before. A NAS does not stop a copy: it is waited for. */
async function dropSafetyClone(
  { nas }: LocatedLun,
  name: string,
  waitMs: number,
  log: OperationLog,
  context: Context,
): Promise<void> {
  const look = () =>
    context.progress({ activity: "Restoring LUN", status: `Waiting for LUN '${name}', which is no longer needed` });
  const lun = await whenReady(nas, name, waitMs, look);
  if (lun) await dropClone({ nas, lun }, log, context);
}
