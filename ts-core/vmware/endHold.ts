import { setTimeout as pause } from "node:timers/promises";
import { settleAll } from "../parallel.ts";
import type { EndedHold } from "../ports.ts";
import { type HeldVm, inSnapshot } from "./heldVm.ts";
import { told, type VmHoldRecord } from "./hold.ts";
import { labelBy } from "./labels.ts";
import { readEvidence, type VmEvidence } from "./ownSnapshots.ts";
import { objects, retrieve, type VimObject } from "./properties.ts";
import { removeOwnSnapshots } from "./removeSnapshots.ts";
import { runningAmong } from "./runningTasks.ts";
import type { VCenter } from "./vcenter.ts";
import { detached, refList } from "./xml.ts";

const lookMs = 1_000;
/** A snapshot with memory of a large VM takes this long; a task that hangs takes for ever. */
const taskMs = 600_000;

/**
 * Lets go of the VMs that a dead process held: what it had asked vCenter for goes on without it, so its tasks are waited for, and
 * what comes of them is removed. In the end every VM of the vCenter is looked at: one may have been registered anew meanwhile.
 */
export async function endHold(
  vcenter: VCenter,
  { vms }: VmHoldRecord,
  operationId: string,
  lateMs: number,
): Promise<EndedHold> {
  const refs = vms.map(({ ref }) => ref);
  const until = Date.now() + lateMs;
  const seen = new Map<string, VmEvidence>();
  for (let last = false; ; ) {
    last = Date.now() >= until;
    const busy = await untilCreated(vcenter, vms);
    for (const one of await readEvidence(vcenter.session, operationId, refs)) {
      if (one.snapshots.length > 0 || !seen.has(one.vm.id)) seen.set(one.vm.id, one);
    }
    const removal = await removeOwnSnapshots(vcenter, operationId, last ? {} : { vms: refs });
    if (last || busy.length + removal.left.length > 0) {
      const { left, warnings } = told(removal);
      const shown = vms.map((vm) => evidenceOf(vm, seen.get(vm.ref.id)));
      const evidence = { vms: shown, writers: null, volumes: null, heldMs: null };
      return { left: [...busy, ...left], warnings, evidence };
    }
    await pause(lookMs);
  }
}

function evidenceOf(vm: HeldVm, shown: VmEvidence | undefined) {
  const known = vm.power !== "PoweredOn" || (shown?.snapshots.length ?? 0) > 0;
  if (!known)
    return inSnapshot(vm, "Unverified", "the operation was interrupted, and its VM snapshot was gone by then");
  return inSnapshot(vm, labelBy(vm, shown), vm.findings.length === 0 ? null : vm.findings.join("; "));
}

/**
 * Waits for the snapshot tasks that run on these VMs, whoever began them: which are ours, only their end will tell. Returns, in
 * words, those that run on.
 */
async function untilCreated(vcenter: VCenter, vms: readonly HeldVm[]): Promise<string[]> {
  const wanted = [{ type: "VirtualMachine", paths: ["recentTask"] }];
  const read = ({ ref, get }: VimObject) => detached(refList(get("recentTask")).map((task) => ({ task, vm: ref.id })));
  const tasks = (await retrieve(vcenter.session, wanted, objects(vms.map(({ ref }) => ref)), read)).flat();
  const running = await runningAmong(
    vcenter.session,
    tasks.map(({ task }) => task),
  );
  const creating = running.filter(({ what }) => /createSnapshot/i.test(what));
  const signal = AbortSignal.timeout(taskMs);
  await settleAll(creating, creating.length, ({ task }) => vcenter.outcome(task, "CreateSnapshot", signal));
  if (!signal.aborted) return [];
  const ids = new Set(creating.map(({ task }) => tasks.find((one) => one.task.id === task.id)?.vm));
  return vms.filter(({ ref }) => ids.has(ref.id)).map(({ name }) => `VM '${name}': a snapshot task still runs on it`);
}
