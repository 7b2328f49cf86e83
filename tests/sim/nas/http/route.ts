import type { EffectKind } from "../effects.ts";
import type { Reply } from "./call.ts";

/**
 * What a handler decided. Nothing has changed yet: `effect` does that. So a fault can hold or skip the effect and
 * still give the answer that would have been right.
 */
export interface Decision {
  reply: Reply;
  effect?: (() => Promise<void>) | undefined;
}

/** A recognised request. */
export interface Route {
  /** For records and fault matching: the CGI's func, or the REST method and path pattern. */
  func: string;
  /** Set when it changes something on the NAS; log-in and log-out do not count. */
  changes?: EffectKind | undefined;
  /** An answer with this code and no effect, in the dialect of the route. */
  refuse(code: number): Reply;
  decide(): Promise<Decision>;
}
