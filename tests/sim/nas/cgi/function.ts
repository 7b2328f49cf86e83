import type { EffectKind } from "../effects.ts";
import type { Call } from "../http/call.ts";
import type { Answer } from "./answer.ts";

/** One func= of a CGI. */
export interface CgiFunction {
  changes?: EffectKind;
  run(call: Call): Answer | Promise<Answer>;
}

export type CgiFunctions = Record<string, CgiFunction>;

/** A read: first selector parameter that the call carries wins; none known: an answer with neither rows nor result. */
export function select(selectors: Record<string, (call: Call) => Answer | Promise<Answer>>): CgiFunction {
  return {
    run: (call) => {
      const name = Object.keys(selectors).find((selector) => call.params.has(selector));
      return name === undefined ? {} : (selectors[name]?.(call) ?? {});
    },
  };
}

export const code = (result: number): Answer => ({ result });

/** Codes seen in public sources. */
export const codes = {
  failed: -1,
  notFound: -6,
  badParameter: -13,
  inUse: -14,
  exists: -22,
  busy: -34,
  safetySnapshotFailed: -103,
  lunMissing: -200005,
  datasetBusy: -205041,
  snapshotMissing: -206021,
} as const;
