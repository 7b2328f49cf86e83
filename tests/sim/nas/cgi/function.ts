import type { EffectKind } from "../effects.ts";
import type { Call } from "../http/call.ts";
import type { Answer } from "./answer.ts";

/** One func= of a CGI. */
export interface CgiFunction {
  changes?: EffectKind | ((call: Call) => EffectKind);
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
