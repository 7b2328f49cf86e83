import type { Asked } from "../snapshots/snapshotSet.ts";
import { failureOf, type LunOutcome, type Outcome } from "./intents.ts";

/** What newLunSnapshot is told of its set. */
export function outcomeOf(about: Omit<Outcome, "luns" | "skewMs">, requests: readonly Asked[]): Outcome {
  const times = requests.flatMap(({ askedMs, answeredMs }) => [askedMs ?? [], answeredMs ?? []].flat());
  const skewMs = times.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
  return { ...about, luns: requests.map(lunOutcome), skewMs: Math.round(skewMs * 10) / 10 };
}

function lunOutcome({ each, askedMs, answeredMs, failure }: Asked): LunOutcome {
  return { naa: each.lun.naa, askedMs, answeredMs, failure: failure === undefined ? null : failureOf(failure) };
}
