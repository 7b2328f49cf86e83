import { type Inventory, vmsInside } from "./inventory.ts";
import type { ReleaseFacts } from "./releaseFacts.ts";
import { type ReleaseRule, releaseRules } from "./releaseRules.ts";
import type { Vm } from "./virtualMachines.ts";
import type { MoRef } from "./xml.ts";

export type ReleaseAction =
  | "PowerOff"
  | "Unregister"
  | "Unmount"
  | "Detach"
  | "Attach"
  | "Rescan"
  | "Mount"
  | "Register";

export interface ReleaseStep {
  action: ReleaseAction;
  /** The host or VM it happens to; a VM has another moref when it is registered again. */
  on: MoRef;
  name: string;
  text: string;
}

export interface ReleaseRefusal {
  rule: ReleaseRule;
  on: MoRef;
  name: string;
  reason: string;
}

/** What it takes to give a LUN up everywhere and to take it back after the revert; or why it is not begun. */
export interface ReleasePlan {
  refusals: ReleaseRefusal[];
  release: ReleaseStep[];
  reattach: ReleaseStep[];
}

/** Looks only at what was read; changes nothing. With one refusal nothing may be begun. */
export function planRelease(inventory: Inventory, facts: ReleaseFacts): ReleasePlan {
  const vms = vmsInside(inventory);
  return {
    refusals: releaseRules.flatMap(({ rule, find }) => find(inventory, facts).map((found) => ({ rule, ...found }))),
    release: [
      ...vms.filter(({ power }) => power === "PoweredOn").map((vm) => vmStep("PowerOff", vm)),
      ...vms.map((vm) => vmStep("Unregister", vm)),
      ...hostSteps(inventory, "Unmount"),
      ...hostSteps(inventory, "Detach"),
    ],
    reattach: [
      ...hostSteps(inventory, "Attach"),
      ...hostSteps(inventory, "Rescan"),
      ...hostSteps(inventory, "Mount"),
      ...vms.map((vm) => vmStep("Register", vm)),
    ],
  };
}

const vmTexts = {
  PowerOff: (vm: Vm) => `Shut VM '${vm.name}' down`,
  Unregister: (vm: Vm) => `Unregister ${vm.template ? "template" : "VM"} '${vm.name}'`,
  Register: (vm: Vm) => `Register ${vm.template ? "template" : "VM"} '${vm.name}' from ${vm.path}`,
};

function vmStep(action: keyof typeof vmTexts, vm: Vm): ReleaseStep {
  return { action, on: vm.ref, name: vm.name, text: vmTexts[action](vm) };
}

const hostTexts = {
  Unmount: (host: string, datastores: string) => `Unmount ${datastores} on ${host}`,
  Detach: (host: string, _: string, disk: string) => `Detach ${disk} on ${host}`,
  Attach: (host: string, _: string, disk: string) => `Attach ${disk} on ${host}`,
  Rescan: (host: string) => `Rescan the storage of ${host}`,
  Mount: (host: string, datastores: string) => `Mount ${datastores} on ${host}, keeping its signature`,
};

/** A host only sees the LUN, or has its datastores mounted too; what was detached or unmounted before stays so. */
function hostSteps({ hosts, datastores, diskName }: Inventory, action: keyof typeof hostTexts): ReleaseStep[] {
  return hosts.flatMap(({ ref, name, luns }) => {
    const mounted = datastores.filter(({ mounts }) => mounts.some((one) => one.host.id === ref.id && one.mounted));
    const about = action === "Unmount" || action === "Mount" ? mounted : luns.filter(({ attached }) => attached);
    if (about.length === 0) return [];
    const names = mounted.map((one) => `datastore '${one.name}'`).join(", ");
    return [{ action, on: ref, name, text: hostTexts[action](name, names, diskName) }];
  });
}
