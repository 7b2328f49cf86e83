import { QnapError, reasonOf } from "../errors.ts";
import type { Nas } from "../nas/nas.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { Context } from "../rpc/operation.ts";
import type { BeginEntry, OperationKind, OperationLog } from "../state/journal.ts";
import type { Lease } from "../state/leases.ts";

const leaseWaitMs = 30_000;

export interface LeasedLun {
  naa: string;
  name: string;
}

/** The bracket around everything that changes a NAS: the LUNs are ours alone on this machine, and the journal is open. */
export async function inOperation<T>(
  context: Context,
  kind: OperationKind,
  located: readonly { nas: Pick<Nas, "name">; lun: LeasedLun }[],
  work: (log: OperationLog) => Promise<T>,
): Promise<T> {
  const leases = await takeLuns(
    context,
    kind,
    located.map(({ lun }) => lun),
  );
  try {
    const about = { nas: located.map(({ nas }) => nas.name), luns: located.map(({ lun }) => lun.name) };
    const log = await context.machine.journal.begin(kind, about);
    try {
      return await settle(log, work);
    } finally {
      await log.release();
    }
  } finally {
    await Promise.all(leases.map((lease) => lease.release()));
  }
}

async function settle<T>(log: OperationLog, work: (log: OperationLog) => Promise<T>): Promise<T> {
  try {
    return await work(log);
  } catch (error) {
    // Without an entry that announces a write there is nothing to recover; otherwise the journal stays open for it.
    if (!log.announced) await log.end("Failed", `nothing was changed: ${reasonOf(error)}`);
    throw log.ended ? told(log, error) : outcomeUnknown(log, error);
  }
}

/** The outcome is known and on record; what led to it is told. */
function told(log: OperationLog, error: unknown): unknown {
  if (!(error instanceof Unconfirmed)) return error;
  return new QnapError("NasNoAnswer", { nas: nasOf(log), call: error.call, reason: error.message }, error);
}

/** As long as the journal is open nothing else may be claimed, whatever stopped us: only a look at the NAS will tell. */
function outcomeUnknown(log: OperationLog, error: unknown): unknown {
  if (error instanceof QnapError && error.details.operation === log.operationId) return error;
  const call = error instanceof Unconfirmed ? error.call : log.last<BeginEntry>("begin")?.kind;
  const found = "What was begun may still be under way.";
  return new QnapError(
    "OutcomeUnknown",
    { nas: nasOf(log), call, reason: reasonOf(error), found, operation: log.operationId },
    error,
  );
}

function nasOf(log: OperationLog): string | undefined {
  return log.last<BeginEntry>("begin")?.nas.join(", ");
}

/** In one order for everybody, so that two sets never wait for each other. */
export async function takeLuns(context: Context, what: string, luns: readonly LeasedLun[]): Promise<Lease[]> {
  const leases: Lease[] = [];
  const inLine = [...luns].sort((a, b) => (a.naa < b.naa ? -1 : 1));
  for (const lun of inLine) {
    const name = `lun ${lun.naa}`;
    const about = `${what} in process ${process.pid}`;
    const lease = await context.machine.leases.take(name, { waitMs: leaseWaitMs, about, signal: context.signal });
    if (!lease) {
      await Promise.all(leases.map((taken) => taken.release()));
      mustGoOn(context, "Nothing was changed.");
      throw new QnapError("LunBusy", { lun: lun.name, owner: await context.machine.leases.holder(name) });
    }
    leases.push(lease);
  }
  return leases;
}

/** LUN and target changes, clones and reverts: one at a time per NAS, as its answer channel is shared and it serialises badly. */
export async function aloneOnNas<T>(context: Context, nas: Nas, work: () => Promise<T>): Promise<T> {
  const name = `nas ${nas.identity.serialNumber}`;
  const lease = await context.machine.leases.take(name, { waitMs: 10 * 60_000, signal: context.signal });
  if (!lease)
    throw new QnapError("NasBusy", {
      nas: nas.name,
      call: "change",
      result: `taken by ${await context.machine.leases.holder(name)}`,
    });
  try {
    return await work();
  } finally {
    await lease.release();
  }
}

/** Stops here when the caller has gone or cancelled. Called only where nothing is half-done. */
export function mustGoOn({ signal }: Context, state: string): void {
  if (signal.aborted) throw new QnapError("Cancelled", { state });
}
