import type { Consistency } from "../model.ts";
import type { Evidence } from "../ports.ts";

const fromBest: readonly Consistency[] = ["PoweredOff", "Application", "Memory", "FileSystem", "Crash", "Unverified"];

/** The worst of several labels; where there is none, nothing ran. */
export function worstOf(labels: readonly Consistency[]): Consistency {
  return fromBest[Math.max(0, ...labels.map((label) => fromBest.indexOf(label)))] ?? "Unverified";
}

/** A LUN snapshot is as good as the worst VM or writer in it; file systems in which none of them ran count by themselves. */
export function labelOf({ vms, writers, volumes }: Pick<Evidence, "vms" | "writers" | "volumes">): Consistency {
  const worst = worstOf([...vms, ...(writers ?? [])].map(({ consistency }) => consistency));
  return worst === "PoweredOff" && volumes ? volumes.consistency : worst;
}
