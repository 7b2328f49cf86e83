import { QnapError } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { Asked, Planned } from "../snapshots/snapshotSet.ts";
import { failureOf, type Intent, type LunOutcome, type Outcome } from "./intents.ts";

/** What newLunSnapshot is told of its set. */
export function outcomeOf(about: Omit<Outcome, "luns" | "skewMs">, requests: readonly Asked[]): Outcome {
  const times = requests.flatMap(({ askedMs, answeredMs }) => [askedMs, answeredMs]).filter((time) => time !== null);
  const skewMs = times.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
  return { ...about, luns: requests.map(lunOutcome), skewMs: Math.round(skewMs * 10) / 10 };
}

/** Of a set that was refused before anything was prepared. */
export function refusalOf({ setId, operationId, snapshots }: Intent, error: unknown): Outcome {
  const failure = failureOf(error);
  const luns = snapshots.map(({ naa }) => ({ naa, askedMs: null, answeredMs: null, failure }));
  return { setId, operationId, state: "Aborted", luns, skewMs: 0, frozenMs: 0 };
}

/** Requests that were never sent. */
export function refused(planned: readonly Planned[], failure: unknown): Asked[] {
  return planned.map((each) => ({ each, askedMs: null, answeredMs: null, failure }));
}

function lunOutcome({ each, askedMs, answeredMs, failure = open(askedMs, answeredMs) }: Asked): LunOutcome {
  return { naa: each.lun.naa, askedMs, answeredMs, failure: failure === undefined ? null : failureOf(failure) };
}

function open(askedMs: number | null, answeredMs: number | null): unknown {
  if (askedMs === null) return new QnapError("Cancelled", { state: "This snapshot was not asked for." });
  return answeredMs === null ? new Unconfirmed("create snapshot", "no answer as long as VSS could wait") : undefined;
}
