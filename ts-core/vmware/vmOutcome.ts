import type { SnapshotKind } from "./createSnapshot.ts";
import type { SnapshotMethod } from "./methods.ts";
import type { Vm } from "./virtualMachines.ts";
import type { MoRef } from "./xml.ts";

/** What became of one VM. */
export interface VmOutcome {
  vm: Vm;
  method: SnapshotMethod;
  /** What vSphere was asked for in the end; undefined: no VM snapshot was wanted. */
  kind: SnapshotKind | undefined;
  snapshot: MoRef | undefined;
  /** Why no quiesced snapshot could be made, where a plain one was tried. */
  fellBack: string | undefined;
  /** Why there is no VM snapshot that we know of. */
  failure: string | undefined;
  /** The task that was waited for last; it goes on in vCenter when there was no more time. */
  task: MoRef | undefined;
}

/** The method does not allow for going on without this VM's snapshot. */
export function isRefused({ failure, method }: VmOutcome): boolean {
  return failure !== undefined && method !== "QuiesceOrFallback";
}
