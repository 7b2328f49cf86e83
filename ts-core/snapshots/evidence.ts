import type { Evidence } from "../ports.ts";

/** What several consumers know of one LUN's snapshot; undefined: nobody was asked to hold anything. */
export function together(found: readonly Evidence[]): Evidence | undefined {
  if (found.length === 0) return undefined;
  const writers = found.flatMap((one) => (one.writers === null ? [] : [one.writers]));
  const times = found.flatMap(({ heldMs }) => (heldMs === null ? [] : [heldMs]));
  return {
    vms: found.flatMap(({ vms }) => vms),
    writers: writers.length === 0 ? null : writers.flat(),
    volumes: found.find(({ volumes }) => volumes !== null)?.volumes ?? null,
    heldMs: times.length === 0 ? null : Math.max(...times),
  };
}
