import { reasonOf } from "../errors.ts";
import type { VmInSnapshot } from "../model.ts";
import type { Evidence, Hold, Released } from "../ports.ts";
import { ensure } from "./ensure.ts";
import { type HeldVm, inSnapshot, runs, type WindowsHold } from "./holdRecord.ts";
import { filesElsewhere, type HyperVVm } from "./inventory.ts";
import type { HostSession } from "./powershell.ts";
import { readVm } from "./vms.ts";

/** The memory of a large VM is written to its disk: as long as that takes. */
const createMs = 30 * 60_000;
const removeMs = 120_000;
/** What was written since the checkpoint is merged into the disk, in the background. */
const mergeMs = 10 * 60_000;

/** By which we know our own. */
export function checkpointName(operationId: string): string {
  return `QS_${operationId}`;
}

/** A checkpoint with its memory of every running VM, inside the LUN's snapshot. */
export async function holdByCheckpoints(
  host: HostSession,
  record: WindowsHold,
  operationId: string,
  signal: AbortSignal,
): Promise<Hold> {
  const startMs = performance.now();
  const refusals: string[] = [];
  for (const vm of record.vms.filter(runs)) {
    if (signal.aborted) break;
    const failure = await failureOf(createCheckpoint(host, vm, operationId));
    if (failure !== undefined) refusals.push(`VM '${vm.name}': ${failure}`);
  }
  return {
    refusals,
    evidence: async () => ({ ...(await evidenceOf(host, record, operationId)), heldMs: since(startMs) }),
    release: () => removeCheckpoints(host, record, operationId),
  };
}

function since(startMs: number): number {
  return Math.round(performance.now() - startMs);
}

/** A production checkpoint has no memory, so the VM's own setting is changed meanwhile. It stands in the journal. */
async function createCheckpoint(host: HostSession, vm: HeldVm, operationId: string): Promise<void> {
  if (vm.checkpointType !== "" && vm.checkpointType !== "Standard")
    await host.act("Set-HostCheckpointType", { Id: vm.id, Type: "Standard" });
  try {
    await host.act("New-HostCheckpoint", { Id: vm.id, Name: checkpointName(operationId) }, createMs);
  } finally {
    await putTypeBack(host, vm);
  }
}

/** Only if it is as we put it: somebody may have chosen another meanwhile. */
async function putTypeBack(host: HostSession, { id, checkpointType }: HeldVm): Promise<void> {
  if (checkpointType === "" || checkpointType === "Standard") return;
  if ((await readVm(host, id))?.checkpointType === "Standard")
    await host.act("Set-HostCheckpointType", { Id: id, Type: checkpointType });
}

/** What the VMs show while they are held. */
export async function evidenceOf(host: HostSession, record: WindowsHold, operationId: string): Promise<Evidence> {
  const vms = await Promise.all(record.vms.map(async (vm) => label(record, vm, await lookAt(host, vm), operationId)));
  return { vms, writers: null, volumes: null, heldMs: null };
}

async function lookAt(host: HostSession, { id }: HeldVm): Promise<HyperVVm | undefined> {
  return readVm(host, id).catch(() => undefined);
}

function label(record: WindowsHold, vm: HeldVm, now: HyperVVm | undefined, operationId: string): VmInSnapshot {
  if (!now) return inSnapshot(vm, "Unverified", "it could not be looked at afterwards");
  if (filesElsewhere(record, now).length > 0)
    return inSnapshot(vm, "Unverified", "it moved while the snapshot was taken");
  if (!runs(vm) && now.state === vm.state) return inSnapshot(vm, vm.state === "Saved" ? "Memory" : "PoweredOff", null);
  const own = now.checkpoints.find(({ name }) => name === checkpointName(operationId));
  // Of one that Hyper-V calls a production checkpoint ("Recovery") nobody knows the memory.
  if (own && own.type === "Standard") return inSnapshot(vm, "Memory", null);
  return inSnapshot(vm, "Crash", own ? `its checkpoint is of type ${own.type}` : "it has no checkpoint of ours");
}

/** Ours only, by name; what was written since is merged. May be called again, from whatever step was reached. Never throws. */
export async function removeCheckpoints(
  host: HostSession,
  { vms }: WindowsHold,
  operationId: string,
): Promise<Released> {
  const [left, warnings]: [string[], string[]] = [[], []];
  for (const vm of vms) {
    const failure = await failureOf(removeOne(host, vm, operationId));
    if (failure !== undefined) left.push(`VM '${vm.name}': ${failure}`);
    else if (!(await failureOf(waitForMerge(host, vm)))) continue;
    else warnings.push(`VM '${vm.name}' still merges its checkpoint; Hyper-V ends that by itself`);
  }
  return { left, warnings };
}

async function removeOne(host: HostSession, vm: HeldVm, operationId: string): Promise<void> {
  const name = checkpointName(operationId);
  await putTypeBack(host, vm);
  await ensure({
    what: `remove checkpoint '${name}' of VM '${vm.name}'`,
    withinMs: removeMs,
    isSo: async () => !(await readVm(host, vm.id))?.checkpoints.some((one) => one.name === name),
    act: () => host.act("Remove-HostCheckpoint", { Id: vm.id, Name: name }),
  });
}

/** Its disks are again those that it had. */
async function waitForMerge(host: HostSession, vm: HeldVm): Promise<void> {
  const known = new Set(vm.files.map(({ path }) => path.toLowerCase()));
  const isSo = async () => {
    const files = (await readVm(host, vm.id))?.files ?? [];
    return files.every(({ role, path }) => role !== "Disk" || known.has(path.toLowerCase()));
  };
  await ensure({ what: "merge", withinMs: mergeMs, isSo, act: () => Promise.resolve() });
}

function failureOf(work: Promise<void>): Promise<string | undefined> {
  return work.then(() => undefined, reasonOf);
}
