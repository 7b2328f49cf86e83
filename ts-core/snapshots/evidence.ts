import type { Consistency } from "../model.ts";
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

const frozenLabels: readonly Consistency[] = ["Application", "FileSystem"];

/** What freezing was to give is not given. What is safe without it stays: a VM that is off, or whose memory lies in a file. */
export function asCrash({ vms, writers, volumes, heldMs }: Evidence, reason: string): Evidence {
  const spoiled = <T extends { consistency: Consistency; reason: string | null }>(one: T): T =>
    frozenLabels.includes(one.consistency) ? { ...one, consistency: "Crash", reason: one.reason ?? reason } : one;
  return {
    vms: vms.map(spoiled),
    writers: writers?.map(spoiled) ?? null,
    volumes: volumes && spoiled(volumes),
    heldMs,
  };
}
