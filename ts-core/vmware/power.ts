import { setTimeout as pause } from "node:timers/promises";
import { isCode, reasonOf } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import { ensure } from "./ensure.ts";
import { isFault, VimFault } from "./faults.ts";
import { objects, retrieve, type VimObject } from "./properties.ts";
import type { VCenter } from "./vcenter.ts";
import { powerState, type Vm } from "./virtualMachines.ts";
import { detached, type MoRef, text } from "./xml.ts";

export type PowerVm = Pick<Vm, "ref" | "name" | "toolsRunning" | "host">;

export interface PowerOffOptions {
  /** How long guests get to shut down by themselves; 0: they are not asked. */
  guestMs: number;
  signal?: AbortSignal | undefined;
}

const lookMs = 2_000;
const width = 24;
const powerTaskMs = 300_000;

/**
 * Stops these VMs: the guests are asked first, and switched off after the limit. What is off, suspended or gone already is left
 * as it is. Ends only when none runs.
 */
export async function powerOff(vcenter: VCenter, vms: readonly PowerVm[], { guestMs, signal }: PowerOffOptions) {
  const askable = (await running(vcenter, vms)).filter(({ toolsRunning }) => toolsRunning && guestMs > 0);
  await settleAll(askable, width, ({ ref }) => vcenter.session.call("ShutdownGuest", ref, [], { write: true }));
  const until = Date.now() + guestMs;
  while (askable.length > 0 && Date.now() < until && (await running(vcenter, askable)).length > 0) {
    await pause(Math.min(lookMs, guestMs), undefined, { signal });
  }
  const on = await running(vcenter, vms);
  const refused = (await settleAll(on, on.length, (vm) => switchOff(vcenter, vm))).find(
    (one) => one.status === "rejected",
  );
  if (refused) throw refused.reason;
}

type StartVm = Pick<Vm, "ref" | "name" | "host">;

/** Starts the VMs that do not run; returns, in words, what vSphere would not start. */
export async function startAll(vcenter: VCenter, vms: readonly StartVm[]): Promise<string[]> {
  const outcomes = await settleAll(vms, vms.length, (vm) => powerOn(vcenter, vm));
  return outcomes.flatMap((outcome, index) => {
    if (outcome.status === "fulfilled") return [];
    const { reason } = outcome;
    if (!(reason instanceof VimFault) && !isCode(reason, "VmwareTimeout")) throw reason;
    return [`VM '${vms[index]?.name}' could not be started: ${reasonOf(reason)}`];
  });
}

/** Starts a VM that does not run. */
export async function powerOn(vcenter: VCenter, vm: StartVm): Promise<void> {
  await vcenter.creates.within(vm.host?.id ?? "", undefined, () =>
    ensure(vcenter.session, {
      what: `start VM '${vm.name}'`,
      isSo: () => runs(vcenter, vm),
      act: () => vcenter.run("PowerOnVM_Task", vm.ref, [], AbortSignal.timeout(powerTaskMs)),
    }),
  );
}

async function switchOff(vcenter: VCenter, vm: PowerVm): Promise<void> {
  await vcenter.removes.within(vm.host?.id ?? "", undefined, () =>
    ensure(vcenter.session, {
      what: `power off VM '${vm.name}'`,
      isSo: async () => !(await runs(vcenter, vm)),
      act: () => turnOff(vcenter, vm.ref),
    }),
  );
}

/** Its guest may have ended just now. */
async function turnOff(vcenter: VCenter, vm: MoRef): Promise<void> {
  await vcenter.run("PowerOffVM_Task", vm, [], AbortSignal.timeout(powerTaskMs)).catch((error: unknown) => {
    if (!isFault(error, "InvalidPowerState", "ManagedObjectNotFound")) throw error;
  });
}

async function runs(vcenter: VCenter, vm: Pick<Vm, "ref">): Promise<boolean> {
  return (await running(vcenter, [vm])).length > 0;
}

async function running<T extends Pick<Vm, "ref">>(vcenter: VCenter, vms: readonly T[]): Promise<T[]> {
  const wanted = [{ type: "VirtualMachine", paths: ["runtime.powerState"] }];
  const read = ({ ref, get }: VimObject) =>
    detached({ id: ref.id, on: powerState(text(get("runtime.powerState"))) === "PoweredOn" });
  const found = await retrieve(vcenter.session, wanted, objects(vms.map(({ ref }) => ref)), read);
  const on = new Set(found.filter((one) => one.on).map(({ id }) => id));
  return vms.filter(({ ref }) => on.has(ref.id));
}
