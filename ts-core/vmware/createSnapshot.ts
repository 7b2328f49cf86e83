import { setTimeout as pause } from "node:timers/promises";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { isMethodMissing } from "./faults.ts";
import { retrieveOne } from "./properties.ts";
import { runningAmong } from "./runningTasks.ts";
import { readTree } from "./snapshotTree.ts";
import { element, typed, type Xml } from "./soap.ts";
import type { VCenter } from "./vcenter.ts";
import type { Vm } from "./virtualMachines.ts";
import { type MoRef, moRef, refList } from "./xml.ts";

/** What vSphere is asked for. Of a VM that is off it takes none of it. */
export type SnapshotKind = "Quiesced" | "Memory" | "Plain";

export interface SnapshotRequest {
  name: string;
  kind: SnapshotKind;
  timeoutMs: number;
  signal: AbortSignal;
}

/** The vCenters that have turned out to lack CreateSnapshotEx_Task, which came with 6.5. */
const withoutEx = new WeakSet<VCenter>();

/**
 * Makes a snapshot of a VM and gives its moref. When the connection breaks at the start, the VM's own tree tells whether it was
 * made. `onTask` is told the task, which goes on in vCenter when we stop waiting for it.
 */
export async function createSnapshot(
  vcenter: VCenter,
  vm: Vm,
  request: SnapshotRequest,
  onTask: (task: MoRef) => void,
): Promise<MoRef> {
  try {
    const task = await start(vcenter, vm, request);
    onTask(task);
    const made = moRef(await vcenter.outcome(task, "CreateSnapshot", request.signal));
    if (made !== undefined) return made;
  } catch (error) {
    if (!(error instanceof Unconfirmed)) throw error;
    const made = await lookFor(vcenter, vm, request, onTask);
    if (made !== undefined) return made;
    throw error;
  }
  throw new Unconfirmed("CreateSnapshot", "the task names no snapshot");
}

async function start(vcenter: VCenter, vm: Vm, request: SnapshotRequest): Promise<MoRef> {
  if (!withoutEx.has(vcenter)) {
    try {
      return await vcenter.start("CreateSnapshotEx_Task", vm.ref, extended(vm, request));
    } catch (error) {
      if (!isMethodMissing(error)) throw error;
      withoutEx.add(vcenter);
    }
  }
  return vcenter.start("CreateSnapshot_Task", vm.ref, plain(request));
}

const description = "Made by QnapSnapshot for the snapshot of a LUN; it is removed again at once.";

function plain({ name, kind }: SnapshotRequest): Xml[] {
  const said = [element("name", name), element("description", description), element("memory", kind === "Memory")];
  return [...said, element("quiesce", kind === "Quiesced")];
}

function extended(vm: Vm, request: SnapshotRequest): Xml[] {
  const said = plain(request).slice(0, 3);
  return request.kind === "Quiesced" ? [...said, quiesceSpec(vm, request.timeoutMs)] : said;
}

/** VSS_BT_COPY: the log chains of whoever really backs the applications up stay as they are. */
const vssCopy = 5;

/**
 * ctx_backup makes the writers take part or the snapshot fail; ctx_auto would quietly do without them. 5 to 240 minutes are
 * allowed. (Documented by VMware; never run on real gear.)
 */
function quiesceSpec(vm: Vm, timeoutMs: number): Xml {
  const minutes = Math.min(240, Math.max(5, Math.ceil(timeoutMs / 60_000)));
  if (vm.guest !== "Windows")
    return typed("quiesceSpec", "VirtualMachineGuestQuiesceSpec", element("timeout", minutes));
  return typed(
    "quiesceSpec",
    "VirtualMachineWindowsQuiesceSpec",
    element("timeout", minutes),
    element("vssBackupType", vssCopy),
    element("vssBootableSystemState", false),
    element("vssPartialFileSupport", false),
    element("vssBackupContext", "ctx_backup"),
  );
}

const looks = 4;
const lookMs = 1_000;

/**
 * A start that was not confirmed may still be on its way, or its task may run: then its end is waited for. A few looks, a second
 * apart.
 */
async function lookFor(
  vcenter: VCenter,
  vm: Vm,
  { name, signal }: SnapshotRequest,
  onTask: (task: MoRef) => void,
): Promise<MoRef | undefined> {
  for (let look = 1; ; look++) {
    const found = await retrieveOne(vcenter.session, vm.ref, ["snapshot", "recentTask"]);
    const made = readTree(found?.get("snapshot")).find((one) => one.name === name);
    if (made !== undefined || look === looks) return made?.ref;
    const running = await runningAmong(vcenter.session, refList(found?.get("recentTask")));
    for (const { task } of running.filter(({ what }) => /createSnapshot/i.test(what))) {
      onTask(task);
      // Whether it made ours is for the next look to say.
      await vcenter.outcome(task, "CreateSnapshot", signal).catch(() => signal.throwIfAborted());
    }
    await pause(lookMs, undefined, { signal });
  }
}
