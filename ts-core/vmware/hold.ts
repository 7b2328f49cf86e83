import { QnapError } from "../errors.ts";
import type { VmInSnapshot } from "../model.ts";
import type { Evidence, Hold, HoldPlan, HoldRecord, Released } from "../ports.ts";
import type { OpenVCenter } from "./directory.ts";
import { type Examination, examine } from "./examine.ts";
import { type HeldVm, heldVm, inSnapshot } from "./heldVm.ts";
import { type Inventory, vmsInside } from "./inventory.ts";
import { movedBetween } from "./placement.ts";
import { createVmSnapshots } from "./quiesce.ts";
import type { Removal } from "./removeSnapshots.ts";
import { readPlacesOn, readVmsAgain, type Vm } from "./virtualMachines.ts";
import type { VmOutcome } from "./vmOutcome.ts";
import type { VmSnapshotSet } from "./vmSnapshotSet.ts";

/** What the journal keeps of VMs that are held. */
export interface VmHoldRecord extends HoldRecord {
  vms: HeldVm[];
}

/** The VMs of one LUN, held for its snapshot by VM snapshots that lie inside it and are removed again right after. */
export async function planHold(open: OpenVCenter, inventory: Inventory): Promise<HoldPlan> {
  const examination = await examine(open, inventory);
  mustBePossible(inventory, examination);
  const vms = vmsInside(inventory);
  const record: VmHoldRecord = {
    consumer: open.setting.server,
    naa: inventory.naa,
    vms: vms.map((vm) => heldVm(vm, examination)),
  };
  return {
    record,
    warnings: examination.findings.map(({ name, reason }) => `'${name}': ${reason}`),
    async hold(operationId, signal) {
      const startMs = performance.now();
      const { timeouts } = open.setting;
      const request = { operationId, vms, methods: examination.methods, timeouts, signal };
      return new VmHold(open, inventory, record, await createVmSnapshots(open.vcenter, request), startMs);
    },
  };
}

function mustBePossible({ vcenter }: Inventory, { findings }: Examination): void {
  const refused = findings.filter(({ verdict }) => verdict === "Refuse");
  if (refused.length === 0) return;
  const reasons = refused.slice(0, 10).map(({ name, reason }) => `'${name}': ${reason}`);
  throw new QnapError("PreflightRefused", { vcenter, count: refused.length, reasons: reasons.join("; ") });
}

class VmHold implements Hold {
  readonly refusals: string[];
  readonly #open: OpenVCenter;
  readonly #inventory: Inventory;
  readonly #record: VmHoldRecord;
  readonly #set: VmSnapshotSet;
  readonly #startMs: number;

  constructor(open: OpenVCenter, inventory: Inventory, record: VmHoldRecord, set: VmSnapshotSet, startMs: number) {
    this.#open = open;
    this.#inventory = inventory;
    this.#record = record;
    this.#set = set;
    this.#startMs = startMs;
    this.refusals = set.refused.map(({ vm, failure }) => `VM '${vm.name}': ${failure}`);
  }

  async evidence(): Promise<Evidence> {
    const heldMs = Math.round(performance.now() - this.#startMs);
    const labels = await this.#set.labels();
    const moves = await this.#movesSince().catch(() => undefined);
    const outcomes = new Map(this.#set.outcomes.map((outcome) => [outcome.vm.ref.id, outcome]));
    const held = this.#record.vms.map((vm) => {
      if (!moves) return inSnapshot(vm, "Unverified", "where it was afterwards could not be looked at");
      if (moves.away.has(vm.ref.id)) return inSnapshot(vm, "Unverified", "it moved while the snapshot was taken");
      return inSnapshot(vm, labels.get(vm.ref.id) ?? "Crash", reasonFor(vm, outcomes.get(vm.ref.id)));
    });
    return { vms: [...held, ...(moves?.here ?? [])], writers: null, volumes: null, heldMs };
  }

  async release(): Promise<Released> {
    return told(await this.#set.remove());
  }

  /** The ids of the VMs that are no longer where they were, and those that came. */
  async #movesSince(): Promise<{ away: Set<string>; here: VmInSnapshot[] }> {
    const { session } = this.#open.vcenter;
    const { datastores } = this.#inventory;
    const now = (await Promise.all(datastores.map(({ ref }) => readPlacesOn(session, ref)))).flat();
    const away = movedBetween(vmsInside(this.#inventory), now).map(({ ref }) => ref.id);
    const known = new Set(this.#record.vms.map(({ ref }) => ref.id));
    const unknown = now.filter(({ ref }) => !known.has(ref.id)).map(({ ref }) => ref);
    const came = vmsInside({ datastores, vms: await readVmsAgain(session, unknown) });
    return { away: new Set(away), here: came.map(asNewcomer) };
  }
}

function asNewcomer(vm: Vm): VmInSnapshot {
  const unexamined = heldVm(vm, { findings: [], methods: new Map(), tags: undefined });
  return inSnapshot(unexamined, "Unverified", "it came while the snapshot was taken");
}

/** Why the label is not as good as the method promises; null where there is nothing to say. */
function reasonFor({ findings }: HeldVm, outcome: VmOutcome | undefined): string | null {
  const reasons = [outcome?.fellBack, outcome?.failure, ...findings].filter((one) => one !== undefined);
  return reasons.length === 0 ? null : reasons.join("; ");
}

export function told({ left, unconsolidated }: Removal): Released {
  return {
    left: left.map(({ vmName, reason }) => `VM '${vmName}': ${reason}`),
    warnings: unconsolidated.map(({ id }) => `VM ${id} needs its disks consolidated (vSphere: Snapshots, Consolidate)`),
  };
}
