/** Fields of a JSON body, whatever a client put there. */
export type Body = Record<string, unknown>;

export function object(value: unknown): Body {
  return typeof value === "object" && value !== null ? (value as Body) : {};
}

export const text = (value: unknown): string => (typeof value === "string" ? value : "");

export const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** true, 1 and "1" are all in use. */
export const truthy = (value: unknown): boolean => value === true || value === 1 || value === "1";
