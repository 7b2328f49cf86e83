import type { Operation } from "../model.ts";
import type { JournalEntry } from "../state/journal.ts";

/** What a process had asked a NAS for before it died may still take effect this long. */
export const lateMs = 15_000;

/**
 * How much longer, from now, what this entry announced may take effect without anybody waiting for it. `workMs`: for how long
 * after the entry requests were sent.
 */
export function lateFor({ at }: JournalEntry, workMs = 0): number {
  const since = Date.parse(at) + workMs;
  // A damaged entry tells no time: as long as it can take.
  return Number.isNaN(since) ? lateMs : Math.min(lateMs, Math.max(0, since + lateMs - Date.now()));
}

/** What was undone is looked at again this long: a busy NAS may have come to a request after all. */
const watchedMs = 24 * 3600 * 1000;

export function isWatched({ state, endTimeUtc }: Operation): boolean {
  return state === "Undone" && endTimeUtc !== null && Date.parse(endTimeUtc) + watchedMs > Date.now();
}
