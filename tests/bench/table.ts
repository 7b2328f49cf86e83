import type { Figure, Result } from "./figure.ts";

/** The results for people: what each means, its goal, whether it was met, and what stands behind it. */
export function table(figures: readonly Figure[], results: Readonly<Record<string, Result>>): string {
  const rows = figures.map((figure) => row(figure, results[figure.key] as Result));
  return [...rows, "docs/benchmarks.md tells how each is measured, and what the names mean.\n"].join("\n");
}

function row({ key, title, unit }: Figure, { value, goal, met, load, ...details }: Result): string {
  const judged = `${value} ${unit}, goal at most ${goal}: ${met ? "met" : "MISSED"}`;
  const behind = Object.entries(details).map(([name, detail]) => `      ${name}: ${shown(detail)}\n`);
  return `(${key}) ${title}\n    ${judged}\n${behind.join("")}      load average before and after: ${load.join(", ")}\n`;
}

function shown(detail: unknown): string {
  if (typeof detail !== "object" || detail === null) return String(detail);
  const parts = Object.entries(detail).map(([name, value]) => `${name} ${shown(value)}`);
  return parts.join(", ");
}
