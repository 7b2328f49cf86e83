/** Times in microseconds of the monotonic clock that all processes of a machine share. */
export interface Trial {
  askedUs: number;
  answeredUs: number;
  /** When each stamp was begun, in order; the one before was on the disk by then. */
  written: readonly number[];
  /** How many of them the snapshot holds. */
  inside: number;
}

/** Early: the point in time came after the answer. Kept: nothing speaks for that. Unclear: the stamps do not tell. */
export type TrialVerdict = "early" | "kept" | "unclear";

/** Stamps further apart than this around request and answer would let a late point in time pass. */
const closeUs = 100_000;

export function judge({ askedUs, answeredUs, written, inside }: Trial): TrialVerdict {
  const last = written[inside - 1];
  // What was on the disk before the request is in the snapshot, or this is no copy of that disk.
  const due = written.findLastIndex((begunUs) => begunUs <= askedUs);
  if (last === undefined || inside < due) return "unclear";
  if (last > answeredUs) return "early";
  const next = written.find((begunUs) => begunUs > answeredUs);
  const isClose = next !== undefined && next - answeredUs <= closeUs && askedUs - (written[due] ?? 0) <= closeUs;
  return isClose ? "kept" : "unclear";
}

/** As many as make an accident unlikely; each takes a copy of the whole LUN. */
const wanted = 3;
const most = 6;

/** One early answer is enough for a no; a yes takes several without. Undefined: another trial may tell. */
export function conclude(verdicts: readonly TrialVerdict[]): "yes" | "no" | "unknown" | undefined {
  if (verdicts.includes("early")) return "no";
  if (verdicts.filter((verdict) => verdict === "kept").length === wanted) return "yes";
  return verdicts.length === most ? "unknown" : undefined;
}
