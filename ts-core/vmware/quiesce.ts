import { reasonOf } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import { createSnapshot, type SnapshotKind } from "./createSnapshot.ts";
import { VimFault } from "./faults.ts";
import type { SnapshotMethod } from "./methods.ts";
import { removeTimeoutMs } from "./removeSnapshots.ts";
import { vmSnapshotName } from "./snapshotTree.ts";
import type { VCenter } from "./vcenter.ts";
import type { Vm } from "./virtualMachines.ts";
import { isRefused, type VmOutcome } from "./vmOutcome.ts";
import { VmSnapshotSet } from "./vmSnapshotSet.ts";

export interface QuiesceRequest {
  operationId: string;
  vms: readonly Vm[];
  /** By VM id; missing: None. */
  methods: ReadonlyMap<string, SnapshotMethod>;
  timeouts?: Partial<QuiesceTimeouts>;
  /** The caller has gone or cancelled: no further VM snapshot is begun. */
  signal: AbortSignal;
}

export interface QuiesceTimeouts {
  vmMs: number;
  /** For all VMs together: the first snapshots grow while the last are made. */
  setMs: number;
  /** Removing has a deadline of its own, whatever happened before. */
  removeMs: number;
}

export const defaultTimeouts: QuiesceTimeouts = { vmMs: 300_000, setMs: 900_000, removeMs: removeTimeoutMs };

/**
 * Makes a snapshot of every VM that wants one, as many at a time as hosts and vCenter bear. Never throws: what failed stands in
 * the outcomes. After a failure that no method allows for, no further one is begun.
 */
export async function createVmSnapshots(vcenter: VCenter, request: QuiesceRequest): Promise<VmSnapshotSet> {
  const timeouts = { ...defaultTimeouts, ...request.timeouts };
  const stop = new AbortController();
  const deadline = AbortSignal.timeout(timeouts.setMs);
  const run: Run = {
    vcenter,
    name: vmSnapshotName(request.operationId),
    begin: AbortSignal.any([request.signal, deadline, stop.signal]),
    wait: () => AbortSignal.any([deadline, AbortSignal.timeout(timeouts.vmMs)]),
    timeoutMs: timeouts.vmMs,
  };
  const outcomes = request.vms.map((vm) => newOutcome(vm, request.methods.get(vm.ref.id) ?? "None"));
  await settleAll(outcomes, outcomes.length, async (outcome) => {
    await make(run, outcome);
    if (isRefused(outcome)) stop.abort(new Error("another VM cannot be held as asked"));
  });
  return new VmSnapshotSet(vcenter, request.operationId, outcomes, timeouts.removeMs);
}

interface Run {
  vcenter: VCenter;
  name: string;
  /** Aborted when nothing more is to be begun. */
  begin: AbortSignal;
  /** How long one VM is waited for. */
  wait(): AbortSignal;
  timeoutMs: number;
}

function newOutcome(vm: Vm, method: SnapshotMethod): VmOutcome {
  const kind = kindFor(method, vm);
  return { vm, method, kind, snapshot: undefined, fellBack: undefined, failure: undefined, task: undefined };
}

/** A VM that does not run has nothing to quiesce and no memory; a suspended one's memory is always included. */
function kindFor(method: SnapshotMethod, vm: Vm): SnapshotKind | undefined {
  if (method === "None" || vm.template) return undefined;
  if (vm.power !== "PoweredOn") return "Plain";
  return method === "Memory" ? "Memory" : "Quiesced";
}

async function make(run: Run, outcome: VmOutcome): Promise<void> {
  const { kind, vm } = outcome;
  if (kind === undefined) return;
  try {
    await run.vcenter.creates.within(vm.host?.id ?? "", run.begin, () => makeWithFallback(run, outcome, kind));
  } catch (error) {
    outcome.failure = isTimeout(error) ? "its snapshot was not done in time" : reasonOf(error);
  }
}

async function makeWithFallback(run: Run, outcome: VmOutcome, kind: SnapshotKind): Promise<void> {
  const signal = run.wait();
  try {
    await makeOne(run, outcome, kind, signal);
  } catch (error) {
    // Only a fault proves that the quiesced one does not exist.
    const mayFallBack = kind === "Quiesced" && outcome.method === "QuiesceOrFallback" && error instanceof VimFault;
    if (!mayFallBack) throw error;
    outcome.fellBack = reasonOf(error);
    outcome.kind = "Plain";
    await makeOne(run, outcome, "Plain", signal);
  }
}

async function makeOne(run: Run, outcome: VmOutcome, kind: SnapshotKind, signal: AbortSignal): Promise<void> {
  const { name, timeoutMs, vcenter } = run;
  outcome.task = undefined;
  outcome.snapshot = await createSnapshot(vcenter, outcome.vm, { name, kind, timeoutMs, signal }, (task) => {
    outcome.task = task;
  });
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}
