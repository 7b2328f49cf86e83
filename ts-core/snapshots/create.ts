import { QnapError, reasonOf } from "../errors.ts";
import type { LunRef, LunSnapshot } from "../model.ts";
import type { NasSnapshot } from "../nas/snapshots.ts";
import type { Evidence, HoldOptions } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { SnapshotRecord } from "../state/catalogue.ts";
import type { OperationLog } from "../state/journal.ts";
import { type Answers, askFrozen } from "./askFrozen.ts";
import { inOperation, mustGoOn } from "./bracket.ts";
import { labelOf } from "./consistency.ts";
import { together } from "./evidence.ts";
import { type HeldSet, holdAll, letGo, planHolds } from "./hold.ts";
import { describe } from "./list.ts";
import { type LocatedLun, locateLun, mustBeReady, sameLun } from "./locate.ts";
import { snapshotName } from "./names.ts";
import { askAll, type Look, lookForAll, type Planned, plannedOf, takeBackAll } from "./snapshotSet.ts";

export interface SetRequest {
  luns: LunRef[];
  type: "Crash" | "Application";
  name?: string;
  description?: string;
  expireAfterMinutes?: number;
  vital?: boolean;
  planOnly?: boolean;
  hyperVCheckpoint?: HoldOptions["hyperVCheckpoint"];
}

export async function createSnapshotSet(request: SetRequest, context: Context) {
  mustFit(request);
  const located = await locateSet(request.luns, context);
  const { hyperVCheckpoint = "Production" } = request;
  const holds = request.type === "Application" ? await planHolds(located, { hyperVCheckpoint }, context) : [];
  if (request.planOnly) return { operationId: null, skewMs: 0, snapshots: [] };
  return inOperation(context, "newLunSnapshot", located, async (log) => {
    const planned = plan(request, located, log);
    await Promise.all(planned.map((each) => sameLun(each, context.signal)));
    mustGoOn(context, "Nothing was changed.");
    const held = await holdAll(holds, planned, log, context);
    try {
      return await takeSet(planned, held, log, context);
    } finally {
      await held.release();
    }
  });
}

function mustFit({ type, hyperVCheckpoint }: SetRequest): void {
  if (type === "Application" || hyperVCheckpoint === undefined) return;
  const reason = "a crash-consistent snapshot contacts no host: use it with type Application";
  throw new QnapError("InvalidParameter", { parameter: "hyperVCheckpoint", reason });
}

/** Everything is held. The LUN snapshots are asked for, all at once, and seen; then all is let go at once. */
async function takeSet(planned: Planned[], held: HeldSet, log: OperationLog, context: Context) {
  const asked = await whileHeld(planned, held, log, context);
  const inside = await Promise.all(
    planned.map(async ({ lun: { naa } }) => together([...(await held.evidence(naa)), ...asked.evidence(naa)])),
  );
  const outcome = await settleSet(planned, asked, inside, log, context);
  const settled = "snapshots" in outcome;
  // Letting go takes its time, and may stop half-way: the snapshots are there, whatever becomes of it.
  if (settled && held.records.length > 0) await log.add("recorded");
  await letGo(held, settled ? "The LUN snapshot was taken, and stays." : reasonOf(outcome.error), log, context);
  if (settled) {
    await log.end("Completed", `${outcome.snapshots.length} snapshot(s) taken`);
    return { operationId: log.operationId, skewMs: asked.skewMs, snapshots: outcome.snapshots };
  }
  if (outcome.nothingLeft) await log.end("Undone", "the set was refused; no snapshot of it is left");
  throw outcome.error;
}

async function whileHeld(planned: readonly Planned[], held: HeldSet, log: OperationLog, context: Context) {
  try {
    await log.add("create", { snapshots: planned.map(({ plan }) => plan) });
    const asked = await ask(held, planned, log, context);
    return { ...asked, looks: await lookForAll(planned, asked.failures, log, context) };
  } finally {
    void held.release();
  }
}

async function ask(held: HeldSet, planned: readonly Planned[], log: OperationLog, context: Context): Promise<Answers> {
  if (held.freezer) return askFrozen(held.freezer, held.records, planned, log, context);
  return { ...(await askAll(planned)), evidence: () => [] };
}

type Outcome = { snapshots: LunSnapshot[] } | { error: unknown; nothingLeft: boolean };

/** All or none: on record when all are there, taken back otherwise. Of several errors the one that leaves most open is told. */
async function settleSet(
  planned: readonly Planned[],
  { looks, refusal }: Answers & { looks: readonly Look[] },
  inside: readonly (Evidence | undefined)[],
  log: OperationLog,
  context: Context,
): Promise<Outcome> {
  const found = looks.flatMap((look) => ("found" in look ? [look.found] : []));
  if (refusal === undefined && found.length === planned.length) {
    const snapshots: LunSnapshot[] = [];
    for (const [index, each] of planned.entries())
      snapshots.push(await record(each, found[index] as NasSnapshot, inside[index], context, log));
    return { snapshots };
  }
  await takeBackAll(planned, log, context);
  const unclear = looks.find((look) => "unclear" in look);
  if (unclear) return { error: unclear.unclear, nothingLeft: false };
  return { error: refusal ?? looks.find((look) => "refusal" in look)?.refusal, nothingLeft: true };
}

async function locateSet(luns: LunRef[], context: Context): Promise<LocatedLun[]> {
  const located = await Promise.all(luns.map((ref) => locateLun(ref, context)));
  for (const each of located) mustBeReady(each);
  const unique = new Map(located.map((each) => [`${each.nas.identity.serialNumber} ${each.lun.naa}`, each]));
  return [...unique.values()];
}

function plan(request: SetRequest, located: LocatedLun[], log: OperationLog): Planned[] {
  const now = new Date();
  return located.map((each) =>
    plannedOf(each, {
      name: snapshotName(request.name ?? each.lun.name, log.operationId, now),
      description: request.description ?? "",
      expireMinutes: request.expireAfterMinutes ?? 0,
      vital: request.vital ?? false,
    }),
  );
}

/** What we know of a snapshot goes on record: also by a recovery, which may come much later. */
export async function record(
  each: Planned,
  found: NasSnapshot,
  inside: Evidence | undefined,
  { machine }: Context,
  log: OperationLog,
): Promise<LunSnapshot> {
  const { name, description, expireMinutes, vital } = each.plan.spec;
  // When it was asked for; of a set of VSS, when all had answered.
  const askedMs = Date.parse((log.last("committed") ?? log.last("create"))?.at ?? "");
  const evidence: SnapshotRecord = {
    type: "snapshot",
    name,
    snapshotId: found.snapshotId,
    operationId: log.operationId,
    nasSerial: each.plan.serial,
    createTimeUtc: new Date(askedMs).toISOString(),
    consistency: inside === undefined ? "Crash" : labelOf(inside),
    freezeMs: inside?.heldMs ?? null,
    description: description || null,
    vital,
    expireTimeUtc: expireMinutes === 0 ? null : new Date(askedMs + expireMinutes * 60_000).toISOString(),
    ...(inside === undefined ? {} : known(inside)),
  };
  await machine.catalogue.add(each.lun.naa, evidence);
  return describe(each, found, evidence);
}

function known({ vms, writers, volumes }: Evidence): Pick<SnapshotRecord, "vms" | "writers" | "reason"> {
  const reason = volumes?.reason ?? null;
  return { vms, ...(writers === null ? {} : { writers }), ...(reason === null ? {} : { reason }) };
}
