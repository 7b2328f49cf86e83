import { setTimeout as pause } from "node:timers/promises";
import { reasonOf } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { settleAll } from "../parallel.ts";
import { isFault, isMethodMissing } from "./faults.ts";
import { needingConsolidation, type OwnSnapshot, readEvidence } from "./ownSnapshots.ts";
import { element } from "./soap.ts";
import type { VCenter } from "./vcenter.ts";
import type { MoRef } from "./xml.ts";

export interface Removal {
  removed: OwnSnapshot[];
  /** Still there, or perhaps; each with the reason. */
  left: { vm: MoRef; vmName: string; reason: string }[];
  /** VMs whose disks still need consolidation. */
  unconsolidated: MoRef[];
}

export interface RemoveOptions {
  /** Where to look; missing: all VMs of the vCenter. */
  vms?: readonly MoRef[];
  /** What the trees show just now, part by part, so that removing can begin with the first. */
  found?: readonly (readonly OwnSnapshot[] | Promise<readonly OwnSnapshot[]>)[] | undefined;
  signal?: AbortSignal | undefined;
}

/** Consolidating what was written meanwhile can take long; giving up early would leave it growing. */
export const removeTimeoutMs = 3_600_000;
const againMs = 2_000;

/**
 * Removes the snapshots that one operation made, and nothing else: each by its moref, which its VM's tree has just shown under
 * the operation's name. Looks again at the end, and goes on until the signal where something only stood in the way. May be
 * called as often as one likes.
 */
export async function removeOwnSnapshots(
  vcenter: VCenter,
  operationId: string,
  { vms, found, signal = AbortSignal.timeout(removeTimeoutMs) }: RemoveOptions = {},
): Promise<Removal> {
  const look = () => lookFor(vcenter, operationId, vms);
  const touched = new Map<string, OwnSnapshot>();
  let failures: Map<string, unknown>;
  let left: OwnSnapshot[];
  for (let parts = found ?? [look()]; ; parts = [left]) {
    const tried = (await Promise.all(parts.map(async (part) => removeAll(vcenter, await part, signal)))).flat();
    for (const { one } of tried) touched.set(one.snapshot.id, one);
    failures = new Map(tried.map(({ one, failure }) => [one.snapshot.id, failure]));
    left = await look();
    if (signal?.aborted || !left.some(({ snapshot }) => passes(failures.get(snapshot.id)))) break;
    await pause(againMs, undefined, { signal }).catch(() => undefined);
  }
  const remaining = new Set(left.map(({ snapshot }) => snapshot.id));
  const removed = [...touched.values()].filter(({ snapshot }) => !remaining.has(snapshot.id));
  const reason = (id: string) => (failures.has(id) ? reasonOf(failures.get(id)) : "its tree still shows it");
  const told = ({ vm, vmName, snapshot }: OwnSnapshot) => ({ vm, vmName, reason: reason(snapshot.id) });
  return { removed, left: left.map(told), unconsolidated: await consolidate(vcenter, removed, signal) };
}

/** One of the VMs may have been registered anew meanwhile, under another moref: then all VMs are looked at. */
async function lookFor({ session }: VCenter, operationId: string, vms: readonly MoRef[] | undefined) {
  const found = await readEvidence(session, operationId, vms);
  const isGone = vms !== undefined && found.length < vms.length;
  const all = isGone ? await readEvidence(session, operationId) : found;
  return all.flatMap(({ snapshots }) => snapshots);
}

/** Something stood in the way that may be gone in a moment; or it came late, or is still shown though it was removed. */
function passes(failure: unknown): boolean {
  if (failure === undefined || failure instanceof Unconfirmed) return true;
  return isFault(failure, "TaskInProgress", "FileLocked", "HostCommunication", "InvalidState");
}

/** Each with what went wrong; undefined: nothing did. */
async function removeAll(vcenter: VCenter, snapshots: readonly OwnSnapshot[], signal: AbortSignal | undefined) {
  const outcomes = await settleAll(snapshots, snapshots.length, (one) =>
    vcenter.removes.within(one.host?.id ?? "", signal, () => remove(vcenter, one.snapshot, signal)),
  );
  return snapshots.map((one, index) => {
    const outcome = outcomes[index];
    return { one, failure: outcome?.status === "rejected" ? (outcome.reason as unknown) : undefined };
  });
}

async function remove(vcenter: VCenter, snapshot: MoRef, signal: AbortSignal | undefined): Promise<void> {
  try {
    const args = [element("removeChildren", false), element("consolidate", true)];
    await vcenter.run("RemoveSnapshot_Task", snapshot, args, signal);
  } catch (error) {
    // Gone already, as the look at the trees will confirm.
    if (!isFault(error, "ManagedObjectNotFound")) throw error;
  }
}

/** After a removal under load delta files can stay behind; gives the VMs where they still do. */
async function consolidate(
  vcenter: VCenter,
  removed: readonly OwnSnapshot[],
  signal: AbortSignal | undefined,
): Promise<MoRef[]> {
  const hosts = new Map(removed.map(({ vm, host }) => [vm.id, host?.id ?? ""]));
  const vms = [...new Map(removed.map(({ vm }) => [vm.id, vm])).values()];
  const needed = await needingConsolidation(vcenter.session, vms);
  if (needed.length === 0) return [];
  await settleAll(needed, needed.length, (vm) =>
    vcenter.removes.within(hosts.get(vm.id) ?? "", signal, () => consolidateOne(vcenter, vm, signal)),
  );
  return needingConsolidation(vcenter.session, needed);
}

async function consolidateOne(vcenter: VCenter, vm: MoRef, signal: AbortSignal | undefined): Promise<void> {
  await vcenter.run("ConsolidateVMDisks_Task", vm, [], signal).catch((error: unknown) => {
    if (!isMethodMissing(error)) throw error;
  });
}
