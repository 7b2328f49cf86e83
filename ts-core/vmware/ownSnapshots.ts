import { plainName } from "./names.ts";
import { everyVm, objects, retrieve, type VimObject } from "./properties.ts";
import type { VimSession } from "./session.ts";
import { readTree, vmSnapshotName } from "./snapshotTree.ts";
import { type PowerState, powerState } from "./virtualMachines.ts";
import { all, detached, flag, integer, type MoRef, moRef, text, type XmlNode } from "./xml.ts";

/** A VM snapshot that an operation of ours made: its name says so. */
export interface OwnSnapshot {
  vm: MoRef;
  vmName: string;
  host: MoRef | undefined;
  snapshot: MoRef;
  createTime: string;
  quiesced: boolean;
  memory: boolean;
}

/** What a VM shows of one operation. */
export interface VmEvidence {
  vm: MoRef;
  power: PowerState;
  snapshots: OwnSnapshot[];
}

const paths = ["name", "runtime.host", "runtime.powerState", "snapshot", "layoutEx.snapshot"];

/** The snapshots that one operation made, by name in the trees of these VMs, or of all; with the power state, the evidence for a label. */
export async function readEvidence(
  session: VimSession,
  operationId: string,
  vms?: readonly MoRef[],
): Promise<VmEvidence[]> {
  const name = vmSnapshotName(operationId);
  const from = vms === undefined ? everyVm((await session.content()).ref("rootFolder")) : objects(vms);
  const read = (vm: VimObject) =>
    detached({ vm: vm.ref, power: powerState(text(vm.get("runtime.powerState"))), snapshots: own(vm, name) });
  return retrieve(session, [{ type: "VirtualMachine", paths }], from, read);
}

const largestPart = 100;

/** The same part by part, one after the other: the first few VMs are there at once, the others with few calls. */
export function readEvidenceInParts(
  session: VimSession,
  operationId: string,
  vms: readonly MoRef[],
): Promise<VmEvidence[]>[] {
  const parts: Promise<VmEvidence[]>[] = [];
  for (let from = 0, size = 8; from < vms.length; from += size, size = Math.min(2 * size, largestPart)) {
    const part = vms.slice(from, from + size);
    const read = () => readEvidence(session, operationId, part);
    parts.push(parts.at(-1)?.then(read) ?? read());
  }
  return parts;
}

function own({ ref, get }: VimObject, name: string): OwnSnapshot[] {
  const mine = readTree(get("snapshot")).filter((one) => one.name === name);
  const layouts = all(get("layoutEx.snapshot"), "VirtualMachineFileLayoutExSnapshotLayout");
  return mine.map((one) => ({
    vm: ref,
    vmName: plainName(text(get("name")) ?? ref.id),
    host: moRef(get("runtime.host")),
    snapshot: one.ref,
    createTime: one.createTime,
    quiesced: one.quiesced,
    memory: layouts.some((layout) => moRef(layout, "key")?.id === one.ref.id && hasMemory(layout)),
  }));
}

/** The tree's `state` does not tell whether memory was saved (it differs between servers); the layout's memory file does. */
function hasMemory(layout: XmlNode): boolean {
  return (integer(layout, "memoryKey") ?? -1) >= 0;
}

/** Those of these VMs whose disks need consolidation. */
export async function needingConsolidation(session: VimSession, vms: readonly MoRef[]): Promise<MoRef[]> {
  const wanted = [{ type: "VirtualMachine", paths: ["runtime.consolidationNeeded"] }];
  const read = ({ ref, get }: VimObject) => (flag(get("runtime.consolidationNeeded")) ? detached(ref) : undefined);
  return (await retrieve(session, wanted, objects(vms), read)).filter((ref) => ref !== undefined);
}
