import { sameLun } from "./locate.ts";
import type { Planned } from "./snapshotSet.ts";

/** Below the time after which an idle connection is given up (net/http.ts). */
const askMs = 2_000;

/**
 * Keeps session and connection of each NAS alive while something else takes its time, so that the request for the snapshot goes
 * out at once. What a NAS answers meanwhile does not matter.
 */
export function keepReady(planned: readonly Planned[]): { stop(): void } {
  const onePerNas = new Map(planned.map((each) => [each.nas, each]));
  const ask = () => {
    for (const each of onePerNas.values()) sameLun(each).catch(() => undefined);
  };
  ask();
  const timer = setInterval(ask, askMs);
  return { stop: () => clearInterval(timer) };
}
