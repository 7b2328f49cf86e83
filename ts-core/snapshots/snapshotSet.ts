import { isCode, QnapError, reasonOf } from "../errors.ts";
import { poll } from "../nas/jobs.ts";
import { freePoolBytes } from "../nas/luns.ts";
import { createSnapshot, deleteSnapshot, type NasSnapshot, type SnapshotSpec } from "../nas/snapshots.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { settleAll } from "../parallel.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { findSnapshots, type LocatedLun, sameLun } from "./locate.ts";
import { operationIdIn } from "./names.ts";
import { waitUntilGone } from "./remove.ts";

/** What the journal remembers of one snapshot of a set, before it is asked for. */
export interface PlannedSnapshot {
  nas: string;
  serial: string;
  lunIndex: number;
  lunName: string;
  naa: string;
  spec: SnapshotSpec;
}

/** A snapshot of a set that is to be taken. */
export interface Planned extends LocatedLun {
  plan: PlannedSnapshot;
}

export function plannedOf({ nas, lun }: LocatedLun, spec: SnapshotSpec): Planned {
  const { lunIndex, name, naa } = lun;
  return { nas, lun, plan: { nas: nas.name, serial: nas.identity.serialNumber, lunIndex, lunName: name, naa, spec } };
}

/** Reads at a time: as many as the widest row of firmware.ts takes snapshots at once. */
const readBackWidth = 16;
/** How long a snapshot may take to show after the NAS took the request. Vendor code waits 600 s, but then knows no better. */
const appearMs = 30_000;
const refusalMs = 3_000;

/** How the NAS took one request. Undefined: it said yes. */
type Failure = unknown;

/** One request for a snapshot, by the monotonic clock. */
export interface Asked {
  each: Planned;
  /** Null: not yet. */
  askedMs: number | null;
  answeredMs: number | null;
  failure: Failure;
}

/** One request a LUN, all at once up to what each NAS is known to take. With `stop`, a failure aborts it, and then no further one is sent. */
export function ask(
  planned: readonly Planned[],
  stop?: AbortController,
): { requests: Asked[]; answered: Promise<unknown> } {
  const requests = planned.map((each): Asked => ({ each, askedMs: null, answeredMs: null, failure: undefined }));
  const answered = Promise.all(
    [...new Set(planned.map(({ nas }) => nas))].map((nas) => {
      const own = requests.filter(({ each }) => each.nas === nas);
      return settleAll(own, nas.firmware.parallelSnapshots.count, (request) => askOne(request, stop));
    }),
  );
  return { requests, answered };
}

async function askOne(request: Asked, stop: AbortController | undefined): Promise<void> {
  const { nas, lun, plan } = request.each;
  try {
    if (stop?.signal.aborted) throw new QnapError("Cancelled", { state: "This snapshot was not asked for." });
    request.askedMs = nowMs();
    await createSnapshot(nas, lun, plan.spec);
  } catch (error) {
    request.failure = error;
    stop?.abort(error);
  }
  request.answeredMs = nowMs();
}

/** Does not jump with the clock; for people it reads as a time of day. */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Waits for every answer. */
export async function askAll(
  planned: readonly Planned[],
): Promise<{ failures: Map<Planned, Failure>; skewMs: number }> {
  const startMs = performance.now();
  const { requests, answered } = ask(planned);
  await answered;
  const failed = requests.filter(({ failure }) => failure !== undefined);
  const failures = new Map(failed.map(({ each, failure }) => [each, failure]));
  return { failures, skewMs: Math.round((performance.now() - startMs) * 10) / 10 };
}

/** What was seen of one snapshot: there, certainly not made, or neither. */
export type Look = { found: NasSnapshot } | { refusal: unknown } | { unclear: unknown };

/** Reads every snapshot back. Only what the NAS lists exists; a refusal or a time-out is not believed either. */
export async function lookForAll(
  planned: readonly Planned[],
  failures: ReadonlyMap<Planned, Failure>,
  log: OperationLog,
  context: Context,
): Promise<Look[]> {
  const looks = await settleAll(planned, readBackWidth, (each) => lookFor(each, failures.get(each), log, context));
  return looks.map((look) => (look.status === "fulfilled" ? look.value : { unclear: look.reason }));
}

async function lookFor(each: Planned, failure: Failure, log: OperationLog, context: Context): Promise<Look> {
  const refused = failure !== undefined && !(failure instanceof Unconfirmed);
  // "Busy" and "not reached" are definite; -1 is also what a NAS says that makes it all the same.
  const definite = refused && !isCode(failure, "NasError");
  const found = definite ? undefined : await appears(each, refused ? refusalMs : appearMs, context);
  if (found) return { found };
  const refusal = refused ? await whyRefused(each, failure) : failure === undefined && (await limitReached(each));
  return refusal ? { refusal } : { unclear: notSeen(each, failure, log) };
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

/** All or none: takes back what was made. */
export async function takeBackAll(planned: readonly Planned[], log: OperationLog, context: Context): Promise<void> {
  for (const each of planned) {
    const [found] = await findSnapshots(each, { name: each.plan.spec.name });
    await takeBack(each, found, log, context);
  }
}

export async function takeBack(
  each: LocatedLun,
  found: NasSnapshot | undefined,
  { operationId }: Pick<OperationLog, "operationId">,
  context: Context,
): Promise<void> {
  if (!found || operationIdIn(found.name) !== operationId) return;
  await sameLun(each);
  await deleteSnapshot(each.nas, found.snapshotId);
  await waitUntilGone({ ...each, snapshot: found }, operationId, context);
  await context.machine.catalogue.remove(each.lun.naa, found.name);
}
