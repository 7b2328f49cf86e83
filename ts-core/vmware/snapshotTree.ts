import { all, flag, type MoRef, moRef, text, type XmlNode } from "./xml.ts";

export interface VmSnapshot {
  ref: MoRef;
  name: string;
  createTime: string;
  /** vSphere's own word that the guest was quiesced. It ignores the wish where Tools does not run. */
  quiesced: boolean;
  /** 1 for a snapshot without a parent. */
  depth: number;
}

/** All snapshots of a VM, from its `snapshot` property, which is missing where there are none. */
export function readTree(snapshot: XmlNode | undefined): VmSnapshot[] {
  return branch(all(snapshot, "rootSnapshotList"), 1);
}

function branch(nodes: readonly XmlNode[], depth: number): VmSnapshot[] {
  return nodes.flatMap((node) => [entry(node, depth), ...branch(all(node, "childSnapshotList"), depth + 1)]);
}

function entry(node: XmlNode, depth: number): VmSnapshot {
  return {
    ref: moRef(node, "snapshot") ?? { type: "VirtualMachineSnapshot", id: "" },
    name: text(node, "name") ?? "",
    createTime: text(node, "createTime") ?? "",
    quiesced: flag(node, "quiesced") ?? false,
    depth,
  };
}

const ours = /^QS_([0-9a-z]{12})$/;

/** The name of every VM snapshot that is made for one operation: known before the first is made. */
export function vmSnapshotName(operationId: string): string {
  const name = `QS_${operationId}`;
  if (!ours.test(name)) throw new Error(`'${operationId}' is no operation id`);
  return name;
}
