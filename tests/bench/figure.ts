import { loadavg } from "node:os";

/** What a measurement gives: the value that is judged, and what stands behind it. */
export interface Measured {
  value: number;
  [detail: string]: unknown;
}

export interface Figure {
  key: string;
  title: string;
  unit: string;
  /** At most. */
  goal: number;
  measure: () => Promise<Measured>;
}

export interface Result extends Measured {
  goal: number;
  met: boolean;
  /** One-minute load average of the machine, before and after: who else was at work. */
  load: [number, number];
}

export async function run({ goal, measure }: Figure): Promise<Result> {
  const before = load();
  const { value, ...details } = await measure();
  return { value: round(value), goal, met: value <= goal, ...details, load: [before, load()] };
}

export function tell(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

function load(): number {
  return round(loadavg()[0] ?? 0);
}

/** The middle one. A disturbance by others on the machine moves a mean, not this. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  if (upper === undefined || lower === undefined) throw new Error("the median of nothing");
  return (upper + lower) / 2;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The median, rounded for reading. */
export function middle(values: readonly number[]): number {
  return round(median(values));
}
