import type { Consumer } from "../ports.ts";
import { mustBeUnused } from "./removeClone.ts";

/**
 * Nobody we can ask: only what the NAS can tell counts. Logged-in initiators may be using the LUN; with force the caller has
 * made sure that they do not.
 */
export const noConsumer: Consumer = {
  name: "none",
  async mustRelease(located, { force }, context) {
    if (!force) await mustBeUnused(located, context.signal);
  },
  release: () => Promise.resolve(),
  reattach: () => Promise.resolve(),
};
