import type { IscsiBackend } from "./backend.ts";

/** For machines without tgt or root: answers everything, exports nothing, nobody is ever connected. */
export function createNoBackend(): IscsiBackend {
  const done = async (): Promise<void> => {};
  return {
    kind: "none",
    portals: [],
    lunOffset: 0,
    start: done,
    addTarget: done,
    setAccess: done,
    removeTarget: done,
    attachLun: done,
    detachLun: done,
    connections: async () => [],
    stop: done,
  };
}
