import { QnapError } from "../errors.ts";
import { freePoolBytes } from "../nas/luns.ts";
import type { Nas } from "../nas/nas.ts";
import type { Context } from "../rpc/operation.ts";
import { takeLuns } from "../snapshots/bracket.ts";
import { findSnapshots, type LocatedLun, mustBeReady } from "../snapshots/locate.ts";
import { snapshotName } from "../snapshots/names.ts";
import { type Planned, plannedOf } from "../snapshots/snapshotSet.ts";
import type { OperationLog } from "../state/journal.ts";
import type { Connections } from "./connections.ts";
import { hresults, Refusal } from "./hresults.ts";
import { refusalOf } from "./outcome.ts";

/** How long the NAS may take in CommitSnapshots: VSS holds all writes meanwhile, and gives up after 10 s. */
export const commitMs = 8_000;

/** What is ready to be asked for. */
export interface Prepared {
  operationId: string;
  planned: Planned[];
  /** Undefined: journal and leases are those of newLunSnapshot, which started the set. */
  log: OperationLog | undefined;
  /** Gives up leases and journal. */
  release(): Promise<void>;
}

/** A set of another program: journal and leases are ours. */
export async function prepareOwn(setId: string, located: readonly LocatedLun[], context: Context): Promise<Prepared> {
  const luns = located.map(({ lun }) => lun);
  const leases = await takeLuns(context, "vssShadowCopy", luns);
  const releaseAll = async () => {
    await Promise.all(leases.map((lease) => lease.release()));
  };
  try {
    const about = { nas: located.map(({ nas }) => nas.name), luns: luns.map(({ name }) => name) };
    const log = await context.machine.journal.begin("vssShadowCopy", about);
    const planned = plan(setId, located, log.operationId);
    const release = async () => {
      await log.release();
      await releaseAll();
    };
    return { operationId: log.operationId, planned, log, release };
  } catch (error) {
    await releaseAll();
    throw error;
  }
}

function plan(setId: string, located: readonly LocatedLun[], operationId: string): Planned[] {
  const name = snapshotName("VSS", operationId);
  const description = `VSS shadow copy set ${setId}`;
  return located.map((each) => plannedOf(each, { name, description, expireMinutes: 0, vital: false }));
}

/** A set that newLunSnapshot started: exactly its LUNs, under its names, as long as it is alive. */
export async function prepareIntended(
  setId: string,
  located: readonly LocatedLun[],
  context: Context,
): Promise<Prepared | undefined> {
  const intent = await context.machine.intents.read(setId);
  if (!intent) return undefined;
  const { operationId, snapshots } = intent;
  const planned = located.flatMap((each) => {
    const own = snapshots.find(({ naa, serial }) => naa === each.lun.naa && serial === each.nas.identity.serialNumber);
    return own ? [{ ...each, plan: own }] : [];
  });
  if (planned.length !== located.length || planned.length !== snapshots.length) {
    const error = new QnapError("ShadowSetDiffers", { luns: located.map(({ lun }) => lun.name) });
    await context.machine.intents.storeOutcome(refusalOf(intent, error));
    throw error;
  }
  await mustBeAlive(operationId, context);
  return { operationId, planned, log: undefined, release: async () => undefined };
}

/** Nobody would settle what a dead operation has made, until a repair that may be over already. */
export async function mustBeAlive(operationId: string, { machine }: Context): Promise<void> {
  const state = (await machine.journal.describe(operationId))?.state;
  if (state !== "Running")
    throw new Refusal(hresults.veto, `operation ${operationId}, which asked for this set, is no longer alive`);
}

/** Refuses while it costs nothing: room, slots, and whether all answers can come in time. */
export async function mustFit(planned: readonly Planned[], connections: Connections, context: Context): Promise<void> {
  for (const each of planned) {
    mustBeReady(each);
    await mustHaveRoom(each);
  }
  for (const [nas, roundTripMs] of await connections.open())
    await mustBeInTime(
      nas,
      planned.filter((each) => each.nas === nas),
      roundTripMs,
      context,
    );
}

/** Throws when one more snapshot is known not to fit. */
export async function mustHaveRoom({ nas, lun }: LocatedLun): Promise<void> {
  const limits = nas.firmware.snapshotLimitsPerLun;
  const count = lun.snapshotCount ?? (await findSnapshots({ nas, lun }, {})).length;
  if (count >= Math.max(...limits))
    throw new QnapError("SnapshotLimitReached", { nas: nas.name, lun: lun.name, count, limits });
  const freeBytes = lun.poolId === null ? undefined : await freePoolBytes(nas, lun.poolId);
  if (freeBytes !== undefined && freeBytes <= nas.firmware.snapshotReserveBytes)
    throw new QnapError("PoolFull", { nas: nas.name, lun: lun.name, freeBytes });
}

/** By what Test-QnapNas measured; where it has not, a snapshot takes as long as the lightest call at least. */
async function mustBeInTime(
  nas: Nas,
  { length: count }: readonly Planned[],
  roundTripMs: number,
  { machine }: Context,
): Promise<void> {
  const { count: width } = nas.firmware.parallelSnapshots;
  const requestMs = Math.max(roundTripMs, (await machine.measurements.of(nas))?.requestMs ?? 0);
  const expectedMs = Math.ceil(count / width) * requestMs;
  if (expectedMs <= commitMs) return;
  const seconds = Math.round(expectedMs / 100) / 10;
  throw new QnapError("NasTooSlow", { nas: nas.name, count, width, seconds, limitSeconds: commitMs / 1000 });
}
