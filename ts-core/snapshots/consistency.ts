import type { Consistency } from "../model.ts";

const fromBest: readonly Consistency[] = ["PoweredOff", "Application", "Memory", "FileSystem", "Crash", "Unverified"];

/** A LUN snapshot is as good as the worst VM in it; where there is none, nothing ran. */
export function worstOf(labels: readonly Consistency[]): Consistency {
  return fromBest[Math.max(0, ...labels.map((label) => fromBest.indexOf(label)))] ?? "Unverified";
}
