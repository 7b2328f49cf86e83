import { isCode, QnapError, reasonOf } from "../errors.ts";
import type { LunRef, LunSnapshot } from "../model.ts";
import { poll } from "../nas/jobs.ts";
import { freePoolBytes } from "../nas/luns.ts";
import { createSnapshot, deleteSnapshot, type NasSnapshot, type SnapshotSpec } from "../nas/snapshots.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { settleAll } from "../parallel.ts";
import type { Context } from "../rpc/operation.ts";
import type { SnapshotRecord } from "../state/catalogue.ts";
import type { OperationLog } from "../state/journal.ts";
import { inOperation, mustGoOn } from "./bracket.ts";
import { lateFor } from "./lateEffects.ts";
import { describe } from "./list.ts";
import { findSnapshots, type LocatedLun, locateLun, mustBeReady, sameLun } from "./locate.ts";
import { operationIdIn, snapshotName } from "./names.ts";
import { waitUntilGone } from "./remove.ts";
import { reopenLun } from "./reopen.ts";

export interface SetRequest {
  luns: LunRef[];
  type: "Crash" | "Application";
  name?: string;
  description?: string;
  expireAfterMinutes?: number;
  vital?: boolean;
}

/** What the journal remembers of one snapshot of a set, before it is asked for. */
export interface PlannedSnapshot {
  nas: string;
  serial: string;
  lunIndex: number;
  lunName: string;
  naa: string;
  spec: SnapshotSpec;
}

interface Planned extends LocatedLun {
  plan: PlannedSnapshot;
}

/** Reads at a time: as many as the widest row of firmware.ts takes snapshots at once. */
const readBackWidth = 16;
/** How long a snapshot may take to show after the NAS took the request. Vendor code waits 600 s, but then knows no better. */
const appearMs = 30_000;
const refusalMs = 3_000;

export async function createSnapshotSet(request: SetRequest, context: Context) {
  if (request.type === "Application")
    throw new QnapError("StrategyMissing", { type: "Application", strategy: "vss, hyperV or vmware" });
  const located = await locateSet(request.luns, context);
  return inOperation(context, "newLunSnapshot", located, async (log) => {
    const planned = plan(request, located, log);
    await Promise.all(planned.map((each) => sameLun(each, context.signal)));
    mustGoOn(context, "Nothing was changed.");
    await log.add("create", { snapshots: planned.map((each) => each.plan) });
    const { outcomes, skewMs } = await createAll(planned);
    const snapshots = await confirmAll(planned, outcomes, context, log);
    await log.end("Completed", `${snapshots.length} snapshot(s) taken`);
    return { operationId: log.operationId, skewMs, snapshots };
  });
}

async function locateSet(luns: LunRef[], context: Context): Promise<LocatedLun[]> {
  const located = await Promise.all(luns.map((ref) => locateLun(ref, context)));
  for (const each of located) mustBeReady(each);
  const unique = new Map(located.map((each) => [`${each.nas.identity.serialNumber} ${each.lun.naa}`, each]));
  return [...unique.values()];
}

function plan(request: SetRequest, located: LocatedLun[], log: OperationLog): Planned[] {
  const now = new Date();
  return located.map(({ nas, lun }) => ({
    nas,
    lun,
    plan: {
      nas: nas.name,
      serial: nas.identity.serialNumber,
      lunIndex: lun.lunIndex,
      lunName: lun.name,
      naa: lun.naa,
      spec: {
        name: snapshotName(request.name ?? lun.name, log.operationId, now),
        description: request.description ?? "",
        expireMinutes: request.expireAfterMinutes ?? 0,
        vital: request.vital ?? false,
      },
    },
  }));
}

/** One request a LUN, all at once up to what each NAS is known to take. */
async function createAll(
  planned: Planned[],
): Promise<{ outcomes: Map<Planned, PromiseSettledResult<void>>; skewMs: number }> {
  const startMs = performance.now();
  const outcomes = new Map<Planned, PromiseSettledResult<void>>();
  await Promise.all(
    [...new Set(planned.map(({ nas }) => nas))].map(async (nas) => {
      const own = planned.filter((each) => each.nas === nas);
      const width = nas.firmware.parallelSnapshots.count;
      const results = await settleAll(own, width, ({ lun, plan }) => createSnapshot(nas, lun, plan.spec));
      for (const [index, each] of own.entries()) outcomes.set(each, results[index] as PromiseSettledResult<void>);
    }),
  );
  return { outcomes, skewMs: Math.round((performance.now() - startMs) * 10) / 10 };
}

/** Reads every snapshot back. Only what the NAS lists exists; a refusal or a time-out is not believed either. */
async function confirmAll(
  planned: Planned[],
  outcomes: Map<Planned, PromiseSettledResult<void>>,
  context: Context,
  log: OperationLog,
): Promise<LunSnapshot[]> {
  const refusals: unknown[] = [];
  const results = await settleAll(planned, readBackWidth, async (each) => {
    const outcome = outcomes.get(each);
    const failure: unknown = outcome?.status === "rejected" ? outcome.reason : undefined;
    const refused = failure !== undefined && !(failure instanceof Unconfirmed);
    // "Busy" and "not reached" are definite; -1 is also what a NAS says that makes it all the same.
    const definite = refused && !isCode(failure, "NasError");
    const found = definite ? undefined : await appears(each, refused ? refusalMs : appearMs, context);
    if (found) return record(each, found, context, log);
    const refusal = refused ? await whyRefused(each, failure) : failure === undefined && (await limitReached(each));
    if (!refusal) throw notSeen(each, failure, log);
    refusals.push(refusal);
    return undefined;
  });
  const unclear = results.filter((result) => result.status === "rejected").map(({ reason }) => reason as unknown);
  if (refusals.length + unclear.length > 0) throw await undoSet(planned, refusals, unclear, context, log);
  return results.map((result) => (result as PromiseFulfilledResult<LunSnapshot>).value);
}

/** All or none: takes back what was made. Returns the error to tell, the one that leaves most open first. */
async function undoSet(
  planned: Planned[],
  refusals: unknown[],
  unclear: unknown[],
  context: Context,
  log: OperationLog,
): Promise<unknown> {
  for (const each of planned)
    await takeBack(each, (await findSnapshots(each, { name: each.plan.spec.name }))[0], context, log);
  if (unclear.length > 0) return unclear[0];
  await log.end("Undone", "the NAS refused; no snapshot of this set is left");
  return refusals[0];
}

function appears(each: Planned, timeoutMs: number, context: Context): Promise<NasSnapshot | undefined> {
  return poll(timeoutMs, async () => {
    const [found] = await findSnapshots(each, { name: each.plan.spec.name });
    if (!found)
      context.progress({
        activity: "Taking snapshots",
        status: `Waiting for ${each.nas.name} to show '${each.plan.spec.name}'`,
      });
    return found;
  });
}

async function record(
  each: Planned,
  found: NasSnapshot,
  { machine }: Context,
  log: OperationLog,
): Promise<LunSnapshot> {
  const { name, description, expireMinutes, vital } = each.plan.spec;
  // When it was asked for: a recovery may come much later.
  const askedMs = Date.parse(log.last("create")?.at ?? "");
  const evidence: SnapshotRecord = {
    type: "snapshot",
    name,
    snapshotId: found.snapshotId,
    operationId: log.operationId,
    nasSerial: each.plan.serial,
    createTimeUtc: new Date(askedMs).toISOString(),
    consistency: "Crash",
    freezeMs: null,
    description: description || null,
    vital,
    expireTimeUtc: expireMinutes === 0 ? null : new Date(askedMs + expireMinutes * 60_000).toISOString(),
  };
  await machine.catalogue.add(each.lun.naa, evidence);
  return describe(each, found, evidence);
}

/** The NAS took the request, or did not say, and the snapshot does not show. */
function notSeen({ nas, plan }: Planned, failure: unknown, log: OperationLog): QnapError {
  const reason = failure === undefined ? "it said yes" : reasonOf(failure);
  const found = `Looking again for ${appearMs / 1000} s, no snapshot '${plan.spec.name}' was found.`;
  return new QnapError("OutcomeUnknown", {
    nas: nas.name,
    call: "create snapshot",
    reason,
    found,
    operation: log.operationId,
  });
}

/** At a limit some firmware says yes and does nothing (assumed). */
async function limitReached(each: Planned, cause?: unknown): Promise<QnapError | undefined> {
  const { nas, lun } = each;
  const count = (await findSnapshots(each, {}).catch(() => [])).length;
  const limits = nas.firmware.snapshotLimitsPerLun;
  if (!limits.includes(count)) return undefined;
  return new QnapError("SnapshotLimitReached", { nas: nas.name, lun: lun.name, count, limits }, cause);
}

/** A NAS does not say why it refuses: a LUN that is at a documented limit is the likeliest reason, a pool without room the next. */
async function whyRefused(each: Planned, failure: unknown): Promise<unknown> {
  if (!isCode(failure, "NasError")) return failure;
  const { nas, lun } = each;
  const limit = await limitReached(each, failure);
  if (limit) return limit;
  const freeBytes = lun.poolId === null ? undefined : await freePoolBytes(nas, lun.poolId).catch(() => undefined);
  const full = freeBytes !== undefined && freeBytes <= nas.firmware.snapshotReserveBytes;
  return full ? new QnapError("PoolFull", { nas: nas.name, lun: lun.name, freeBytes }, failure) : failure;
}

/** Finishes the set when every snapshot of it is there, or takes back those that are. */
export async function recoverSnapshotSet(log: OperationLog, context: Context): Promise<void> {
  const begun = log.last<{ snapshots: PlannedSnapshot[] }>("create");
  if (!begun) return log.end("Undone", "no snapshot was taken");
  const planned = await Promise.all(
    begun.snapshots.map(async (each): Promise<Planned> => ({ ...(await reopenLun(each, context)), plan: each })),
  );
  const found = await lookUntilSettled(planned, lateFor(begun));
  if (found.every((snapshot) => snapshot !== undefined)) {
    for (const [index, each] of planned.entries()) await record(each, found[index] as NasSnapshot, context, log);
    return log.end("Completed", `finished afterwards: ${planned.length} snapshot(s) taken`);
  }
  for (const [index, each] of planned.entries()) await takeBack(each, found[index], context, log);
  await log.end("Undone", "no snapshot of this set is left");
}

/** A set is complete or it is settled: nothing more of it can appear. */
async function lookUntilSettled(planned: Planned[], waitMs: number): Promise<(NasSnapshot | undefined)[]> {
  let found: (NasSnapshot | undefined)[] = [];
  await poll(waitMs, async () => {
    found = await Promise.all(
      planned.map(async (each) => (await findSnapshots(each, { name: each.plan.spec.name }))[0]),
    );
    return found.every((snapshot) => snapshot !== undefined) ? true : undefined;
  });
  return found;
}

async function takeBack(
  each: Planned,
  found: NasSnapshot | undefined,
  context: Context,
  log: OperationLog,
): Promise<void> {
  if (!found || operationIdIn(found.name) !== log.operationId) return;
  await sameLun(each);
  await deleteSnapshot(each.nas, found.snapshotId);
  await waitUntilGone({ ...each, snapshot: found }, log.operationId, context);
  await context.machine.catalogue.remove(each.lun.naa, found.name);
}
