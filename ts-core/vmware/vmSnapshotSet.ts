import { reasonOf } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import { VimFault } from "./faults.ts";
import { labelBy, type VmLabel } from "./labels.ts";
import { type OwnSnapshot, readEvidenceInParts, type VmEvidence } from "./ownSnapshots.ts";
import { type Removal, removeOwnSnapshots } from "./removeSnapshots.ts";
import type { VCenter } from "./vcenter.ts";
import { isRefused, type VmOutcome } from "./vmOutcome.ts";

/** The VM snapshots of one operation, from the last one made until all are removed. */
export class VmSnapshotSet {
  readonly outcomes: readonly VmOutcome[];
  readonly #vcenter: VCenter;
  readonly #operationId: string;
  readonly #removeMs: number;
  #evidence: readonly Promise<VmEvidence[]>[] | undefined;
  #removal: Promise<Removal> | undefined;

  constructor(vcenter: VCenter, operationId: string, outcomes: readonly VmOutcome[], removeMs: number) {
    this.outcomes = outcomes;
    this.#vcenter = vcenter;
    this.#operationId = operationId;
    this.#removeMs = removeMs;
  }

  /** The VMs for which the LUN snapshot must not be taken, as their method does not allow for what happened. */
  get refused(): VmOutcome[] {
    return this.outcomes.filter(isRefused);
  }

  /** The label of each VM, by VM id: from what its tree says before its snapshot is removed. */
  async labels(): Promise<Map<string, VmLabel>> {
    const evidence = new Map((await Promise.all(this.#shown())).flat().map((one) => [one.vm.id, one]));
    const label = (outcome: VmOutcome) => {
      const { vm, method } = outcome;
      const shown = inTime(outcome, evidence.get(vm.ref.id));
      if (outcome.snapshot && shown?.snapshots.length === 0) outcome.failure = "somebody removed its VM snapshot";
      return labelBy({ ...vm, method }, shown);
    };
    return new Map(this.outcomes.map((outcome) => [outcome.vm.ref.id, label(outcome)]));
  }

  /** Read once, after the LUN snapshot: it must not make the NAS wait. A part that could not be read is empty. */
  #shown(): readonly Promise<VmEvidence[]>[] {
    const vms = this.outcomes.map(({ vm }) => vm.ref);
    const read = () => readEvidenceInParts(this.#vcenter.session, this.#operationId, vms);
    this.#evidence ??= read().map((part) => part.catch(() => []));
    return this.#evidence;
  }

  /** Removes all of them, once; never throws: what is or may be left is told. */
  remove(): Promise<Removal> {
    this.#removal ??= this.#removeAll().catch((error: unknown) => this.#allLeft(reasonOf(error)));
    return this.#removal;
  }

  async #removeAll(): Promise<Removal> {
    const wanted = this.outcomes.filter(({ kind }) => kind !== undefined);
    const begun = wanted.filter(({ snapshot, task }) => snapshot !== undefined || task !== undefined);
    const unsure = wanted.filter(({ snapshot }) => snapshot === undefined);
    const signal = AbortSignal.timeout(this.#removeMs);
    const running = await this.#untilEnded(unsure, signal);
    // Nothing is removed before the labels have seen it.
    await Promise.all(unsure.length === 0 ? [] : this.#shown());
    const found = unsure.length === 0 ? this.#shown().map(snapshotsIn) : undefined;
    const vms = (unsure.length === 0 ? begun : wanted).map(({ vm }) => vm.ref);
    const removal = await removeOwnSnapshots(this.#vcenter, this.#operationId, { vms, found, signal });
    const seen = new Set([...removal.removed, ...removal.left].map(({ vm }) => vm.id));
    return { ...removal, left: [...removal.left, ...running.filter(({ vm }) => !seen.has(vm.id))] };
  }

  /**
   * A task that we stopped waiting for may still make its snapshot: only after its end does the tree tell all. Gives the VMs of
   * those whose end was not seen.
   */
  async #untilEnded(unsure: readonly VmOutcome[], signal: AbortSignal): Promise<Removal["left"]> {
    const ends = await settleAll(unsure, unsure.length, async ({ task }) => {
      if (task === undefined) return;
      // Most cannot be cancelled; then they are waited for.
      await this.#vcenter.session.call("CancelTask", task, [], { write: true }).catch(() => undefined);
      await this.#vcenter.outcome(task, "CreateSnapshot", signal);
    });
    return unsure.flatMap(({ vm }, index) => {
      const end = ends[index];
      const unseen = end?.status === "rejected" && !(end.reason instanceof VimFault);
      return unseen ? [{ vm: vm.ref, vmName: vm.name, reason: "a snapshot task may still run on it" }] : [];
    });
  }

  #allLeft(reason: string): Removal {
    const possible = this.outcomes.filter(({ kind }) => kind !== undefined);
    const left = possible.map(({ vm }) => ({ vm: vm.ref, vmName: vm.name, reason }));
    return { removed: [], left, unconsolidated: [] };
  }
}

/** One that came when the LUN snapshot had been asked for need not be in it. */
function inTime({ snapshot: made }: VmOutcome, shown: VmEvidence | undefined): VmEvidence | undefined {
  return shown && { ...shown, snapshots: shown.snapshots.filter(({ snapshot }) => snapshot.id === made?.id) };
}

async function snapshotsIn(part: Promise<VmEvidence[]>): Promise<OwnSnapshot[]> {
  return (await part).flatMap(({ snapshots }) => snapshots);
}
