import { setTimeout as pause } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { settleAll } from "../parallel.ts";
import { isFault } from "./faults.ts";
import { objects, retrieve, type VimObject } from "./properties.ts";
import type { VCenter } from "./vcenter.ts";
import { powerState, type Vm } from "./virtualMachines.ts";
import { detached, type MoRef, text } from "./xml.ts";

export type PowerVm = Pick<Vm, "ref" | "name" | "toolsRunning">;

export interface PowerOffOptions {
  /** How long guests get to shut down by themselves; 0: they are not asked. */
  guestMs: number;
  signal?: AbortSignal | undefined;
}

const lookMs = 2_000;
const width = 8;
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
  await settleAll(await running(vcenter, vms), width, ({ ref }) => switchOff(vcenter, ref));
  const left = await running(vcenter, vms);
  if (left.length === 0) return;
  const what = `power off ${left.map(({ name }) => name).join(", ")}`;
  const state = "These VMs still run; look at vCenter's tasks.";
  throw new QnapError("VmwareTimeout", { what, vcenter: vcenter.name, seconds: powerTaskMs / 1000, state });
}

/** Starts a VM that does not run. */
export async function powerOn(vcenter: VCenter, vm: MoRef, signal?: AbortSignal): Promise<void> {
  await vcenter.run("PowerOnVM_Task", vm, [], signal).catch((error: unknown) => {
    if (!isFault(error, "InvalidPowerState")) throw error;
  });
}

async function switchOff(vcenter: VCenter, vm: MoRef): Promise<void> {
  try {
    await vcenter.run("PowerOffVM_Task", vm, [], AbortSignal.timeout(powerTaskMs));
  } catch (error) {
    if (!isFault(error, "InvalidPowerState", "ManagedObjectNotFound") && !(error instanceof Unconfirmed)) throw error;
  }
}

async function running<T extends PowerVm>(vcenter: VCenter, vms: readonly T[]): Promise<T[]> {
  const wanted = [{ type: "VirtualMachine", paths: ["runtime.powerState"] }];
  const read = ({ ref, get }: VimObject) =>
    detached({ id: ref.id, on: powerState(text(get("runtime.powerState"))) === "PoweredOn" });
  const found = await retrieve(vcenter.session, wanted, objects(vms.map(({ ref }) => ref)), read);
  const on = new Set(found.filter((one) => one.on).map(({ id }) => id));
  return vms.filter(({ ref }) => on.has(ref.id));
}
