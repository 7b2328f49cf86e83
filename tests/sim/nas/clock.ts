import type { State } from "./model/state.ts";

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number): string => String(n).padStart(2, "0");

/** The clock of the NAS: may be wrong, and shows local time without saying where it is. */
export interface Clock {
  now(): number;
  shift(offsetMs: number): void;
  /** `Sun Nov 22 10:15:04 2026`, local. */
  ctime(atMs: number): string;
  /** `2026-11-22 10:15:04`, local. */
  stamp(atMs: number): string;
}

export function createClock(state: State, zoneMinutes: number): Clock {
  const local = (atMs: number): Date => new Date(atMs + zoneMinutes * 60_000);
  const time = (d: Date): string => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
  return {
    now: () => Date.now() + state.clockOffsetMs,
    shift: (offsetMs) => {
      state.clockOffsetMs = offsetMs;
    },
    ctime: (atMs) => {
      const d = local(atMs);
      const day = String(d.getUTCDate()).padStart(2, " ");
      return `${days[d.getUTCDay()]} ${months[d.getUTCMonth()]} ${day} ${time(d)} ${d.getUTCFullYear()}`;
    },
    stamp: (atMs) => {
      const d = local(atMs);
      return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())} ${time(d)}`;
    },
  };
}
