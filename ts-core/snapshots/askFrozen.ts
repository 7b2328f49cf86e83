import type { Evidence, Freezer, FrozenSet, HoldRecord } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { asCrash } from "./evidence.ts";
import type { Planned } from "./snapshotSet.ts";

/** What the NAS were asked for, and what came of it. */
export interface Answers {
  failures: Map<Planned, unknown>;
  skewMs: number;
  refusal?: Error;
  evidence(naa: string): Evidence[];
}

/** Has the LUNs asked for while this machine's volumes are frozen. */
export async function askFrozen(
  freezer: Freezer,
  holds: HoldRecord[],
  planned: readonly Planned[],
  { operationId }: OperationLog,
  context: Context,
): Promise<Answers> {
  const request = { operationId, snapshots: planned.map(({ plan }) => plan), holds };
  const frozen = await freezer.freeze(request, context).catch(refused(planned));
  const evidence = new Map<string, Evidence[]>();
  for (const each of planned) evidence.set(each.lun.naa, await evidenceOf(each, frozen, context));
  return {
    ...frozen,
    failures: new Map(planned.flatMap((each) => failureOf(each, frozen))),
    evidence: (naa) => evidence.get(naa) ?? [],
  };
}

/** It came to no request: the set's refusal is that of each LUN. */
function refused(planned: readonly Planned[]) {
  return (error: unknown): FrozenSet => ({
    failures: new Map(planned.map(({ lun }) => [lun.naa, error])),
    skewMs: 0,
    evidence: new Map(),
  });
}

function failureOf(each: Planned, { failures }: FrozenSet): [Planned, unknown][] {
  return failures.has(each.lun.naa) ? [[each, failures.get(each.lun.naa)]] : [];
}

/** Volumes are thawed once the NAS has answered: only where that means that the point in time exists, it was one of frozen volumes. */
async function evidenceOf({ nas, lun }: Planned, frozen: FrozenSet, { machine }: Context): Promise<Evidence[]> {
  const evidence = frozen.evidence.get(lun.naa);
  if (!evidence) return [];
  const { answer } = await machine.measurements.createAnswerIsPointInTime(nas);
  return [answer === "yes" ? evidence : asCrash(evidence, reasons[answer](nas.name))];
}

const reasons = {
  no: (nas: string) => `${nas} answers before the snapshot's point in time exists`,
  unknown: (nas: string) =>
    `whether the answer of ${nas} means that the snapshot's point in time exists is not known: Test-QnapNas -ScratchLun measures it`,
};
