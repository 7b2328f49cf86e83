import { listQuirks } from "./quirks.ts";

type Row = ReturnType<typeof listQuirks>[number];

function show(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return String(value);
}

/** The base value, and where profiles differ: "off; hero-h5.3, hero-h6.0: on". */
function defaults({ default: base, profiles }: Row): string {
  const byValue: Record<string, string[]> = {};
  for (const [profile, value] of Object.entries(profiles)) {
    if (value !== base) byValue[show(value)] = [...(byValue[show(value)] ?? []), profile];
  }
  const differing = Object.entries(byValue).map(([value, names]) => `${names.join(", ")}: ${value}`);
  return [show(base), ...differing].join("; ");
}

/** For docs/simulator.md, Markdown; a test holds the document against it. */
export function quirkTable(): string {
  const rows = listQuirks().map((row) => {
    const choices = "choices" in row ? ` (${row.choices?.join(", ")})` : "";
    return `| \`${row.name}\` | ${row.text}${choices} | ${row.confidence} | ${defaults(row)} |`;
  });
  return ["| quirk | what | confidence | default |", "|---|---|---|---|", ...rows].join("\n");
}
