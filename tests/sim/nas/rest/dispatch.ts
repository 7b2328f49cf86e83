import type { Call } from "../http/call.ts";
import type { Route } from "../http/route.ts";

export function restRoute(_call: Call): Route | undefined {
  return undefined;
}
