import type { HoldPlan, LunUse, Member, MemberCheck, ReleaseOptions, ReleasePlan } from "../ports.ts";
import type { Datastore } from "./datastores.ts";
import type { OpenVCenter } from "./directory.ts";
import { type Examination, examine } from "./examine.ts";
import { planHold } from "./hold.ts";
import type { Host } from "./hosts.ts";
import { type Inventory, vmsInside } from "./inventory.ts";
import { expectedLabel } from "./labels.ts";
import { planLunRelease } from "./lunRelease.ts";
import type { Vm } from "./virtualMachines.ts";

/** The datastores on one LUN with their hosts and VMs, as they were when they were read. */
export class VMwareLunUse implements LunUse {
  readonly #open: OpenVCenter;
  readonly #inventory: Inventory;

  constructor(open: OpenVCenter, inventory: Inventory) {
    this.#open = open;
    this.#inventory = inventory;
  }

  get consumer(): string {
    return this.#open.setting.server;
  }

  members(): Member[] {
    const { datastores, hosts, vms } = this.#inventory;
    const row = { consumer: this.consumer };
    return [
      ...datastores.map((one) => ({ ...row, ...datastoreRow(one) })),
      ...hosts.map((one) => ({ ...row, ...hostRow(one, datastores) })),
      ...vms.map((one) => ({ ...row, ...vmRow(one) })),
    ];
  }

  async check(): Promise<MemberCheck[]> {
    const examination = await examine(this.#open, this.#inventory);
    const found = examination.findings.map(
      ({ kind, name, rule, verdict, reason }): MemberCheck => ({
        kind: kind === "Vm" ? "VM" : kind,
        name,
        rule,
        verdict,
        reason,
      }),
    );
    const silent = vmsInside(this.#inventory).filter(
      ({ ref }) => !examination.findings.some((one) => one.ref.id === ref.id),
    );
    return [...found, ...silent.map((vm) => fine(vm, examination))];
  }

  planHold(): Promise<HoldPlan> {
    return planHold(this.#open, this.#inventory);
  }

  planRelease(options: ReleaseOptions): Promise<ReleasePlan> {
    return planLunRelease(this.#open, this.#inventory, options);
  }
}

function fine(vm: Vm, { methods }: Examination): MemberCheck {
  const method = methods.get(vm.ref.id) ?? "None";
  const reason = `method ${method}; ${expectedLabel({ ...vm, method })} can be expected`;
  return { kind: "VM", name: vm.name, rule: null, verdict: "OK", reason };
}

function datastoreRow({ ref, name, accessible, extents, vmfsUuid }: Datastore) {
  const state = accessible ? "accessible" : "not accessible";
  const detail = `VMFS ${vmfsUuid}, ${extents.length} extent(s)`;
  return { kind: "Datastore" as const, name, id: ref.id, state, detail };
}

function hostRow({ ref, name, connection, luns }: Host, datastores: readonly Datastore[]) {
  const mounted = datastores.filter(({ mounts }) => mounts.some((one) => one.host.id === ref.id && one.mounted));
  const mounts = mounted.length > 0 ? `mounts ${mounted.map((one) => one.name).join(", ")}` : "mounts nothing of it";
  const detail = luns.some(({ attached }) => attached) ? mounts : `${mounts}, the LUN is detached`;
  return { kind: "Host" as const, name, id: ref.id, state: connection, detail };
}

function vmRow({ ref, name, power, template, path, guest }: Vm) {
  const detail = `${template ? "template, " : ""}${guest}, ${path}`;
  return { kind: "VM" as const, name, id: ref.id, state: power, detail };
}
