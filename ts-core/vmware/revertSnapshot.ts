import { QnapError } from "../errors.ts";
import { findOwnSnapshots } from "./ownSnapshots.ts";
import { type Removal, removeOwnSnapshots } from "./removeSnapshots.ts";
import { element } from "./soap.ts";
import type { VCenter } from "./vcenter.ts";
import type { MoRef } from "./xml.ts";

const revertMs = 600_000;

/**
 * Reverts VMs to the VM snapshot that came back with a LUN restore, then removes it. It is removed only from VMs that were
 * reverted; may be repeated: a VM without such a snapshot has been dealt with before.
 */
export async function revertToOwnSnapshots(
  vcenter: VCenter,
  operationId: string,
  vms: readonly MoRef[],
): Promise<Removal> {
  const found = await findOwnSnapshots(vcenter.session, operationId, vms);
  const twice = found.find(({ vm }, index) => found.findIndex((one) => one.vm.id === vm.id) !== index);
  if (twice) throw new QnapError("VmSnapshotAmbiguous", { vm: twice.vmName, operation: operationId });
  for (const { snapshot } of found) {
    const args = [element("suppressPowerOn", true)];
    await vcenter.run("RevertToSnapshot_Task", snapshot, args, AbortSignal.timeout(revertMs));
  }
  return removeOwnSnapshots(vcenter, operationId, { vms: found.map(({ vm }) => vm), found: [found] });
}
