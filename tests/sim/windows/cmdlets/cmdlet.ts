import { notFound } from "../failure.ts";
import type { Host } from "../host.ts";

export type Row = Record<string, unknown>;
export type Params = Record<string, unknown>;

export interface Cmdlet {
  /** Changes something: faults without a match hit it. */
  changes: boolean;
  run(host: Host, params: Params): Promise<Row[]> | Row[];
}

export const reads = (run: Cmdlet["run"]): Cmdlet => ({ changes: false, run });
export const changes = (run: Cmdlet["run"]): Cmdlet => ({
  changes: true,
  run: (host, params) => host.inTurn(async () => run(host, params)),
});

/** The rows that have all wanted values; a value that no row has is an error, a wildcard is not. */
export function select(host: Host, className: string, rows: Row[], params: Params, properties: string[]): Row[] {
  return properties.reduce((left, property) => {
    const wanted = [params[property]].flat().filter((value) => value !== undefined && value !== null);
    if (wanted.length === 0) return left;
    const found = left.filter((row) => wanted.some((value) => equals(row[property], value)));
    const missing = wanted.find((value) => !left.some((row) => equals(row[property], value)));
    if (missing !== undefined && !isWildcard(missing))
      throw notFound(host.settings.culture, className, property, missing);
    return found;
  }, rows);
}

/** The rows that belong to the object that a parameter gave; none is no error. */
export function ofObject(rows: Row[], params: Params, properties: string[]): Row[] {
  const given = properties.filter((property) => params[property] !== undefined);
  return rows.filter((row) => given.every((property) => row[property] === params[property]));
}

const isWildcard = (value: unknown): boolean =>
  typeof value === "string" && /[*?]/.test(value) && !value.startsWith("\\\\?\\");

function equals(has: unknown, wanted: unknown): boolean {
  if (!isWildcard(wanted)) return String(has).toLowerCase() === String(wanted).toLowerCase();
  const pattern = String(wanted)
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`, "i").test(String(has));
}
