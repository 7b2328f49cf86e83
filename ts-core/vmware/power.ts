import { setTimeout as pause } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import { ensure, isUnclear } from "./ensure.ts";
import { isFault } from "./faults.ts";
import { objects, retrieve, type VimObject } from "./properties.ts";
import type { VCenter } from "./vcenter.ts";
import { type PowerState, powerState, type Vm } from "./virtualMachines.ts";
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
  const outcomes = await settleAll(on, on.length, (vm) => switchOff(vcenter, vm));
  const left = await running(vcenter, vms);
  if (left.length === 0) return;
  const refused = outcomes.find((outcome) => outcome.status === "rejected");
  if (refused) throw refused.reason;
  const what = `power off ${left.map(({ name }) => name).join(", ")}`;
  const state = "These VMs still run; look at vCenter's tasks.";
  throw new QnapError("VmwareTimeout", { what, vcenter: vcenter.name, seconds: powerTaskMs / 1000, state });
}

/** Starts a VM that does not run. */
export async function powerOn(vcenter: VCenter, vm: Pick<Vm, "ref" | "name" | "host">): Promise<void> {
  await vcenter.creates.within(vm.host?.id ?? "", undefined, () =>
    ensure(vcenter.session, {
      what: `start VM '${vm.name}'`,
      isSo: async () => (await readPower(vcenter, [vm.ref])).get(vm.ref.id) === "PoweredOn",
      act: () => vcenter.run("PowerOnVM_Task", vm.ref, [], AbortSignal.timeout(powerTaskMs)),
    }),
  );
}

/** A call without an answer is judged by the look at all VMs that follows. */
async function switchOff(vcenter: VCenter, { ref, host }: PowerVm): Promise<void> {
  const off = () => vcenter.run("PowerOffVM_Task", ref, [], AbortSignal.timeout(powerTaskMs));
  await vcenter.removes.within(host?.id ?? "", undefined, off).catch((error: unknown) => {
    if (!isFault(error, "InvalidPowerState", "ManagedObjectNotFound") && !isUnclear(error)) throw error;
  });
}

async function running<T extends PowerVm>(vcenter: VCenter, vms: readonly T[]): Promise<T[]> {
  const power = await readPower(
    vcenter,
    vms.map(({ ref }) => ref),
  );
  return vms.filter(({ ref }) => power.get(ref.id) === "PoweredOn");
}

/** By VM id; VMs that are gone are left out. */
async function readPower({ session }: VCenter, vms: readonly MoRef[]): Promise<Map<string, PowerState>> {
  const wanted = [{ type: "VirtualMachine", paths: ["runtime.powerState"] }];
  const read = ({ ref, get }: VimObject) => detached([ref.id, powerState(text(get("runtime.powerState")))] as const);
  return new Map(await retrieve(session, wanted, objects(vms), read));
}
