import { QnapError } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import { type OwnSnapshot, readEvidence } from "./ownSnapshots.ts";
import { type Removal, removeOwnSnapshots } from "./removeSnapshots.ts";
import { element } from "./soap.ts";
import type { VCenter } from "./vcenter.ts";
import type { MoRef } from "./xml.ts";

const revertMs = 600_000;
const width = 16;

/**
 * Reverts VMs to the VM snapshot that came back with a LUN restore, and removes it at once: a VM without such a snapshot has been
 * dealt with before, so that this may be repeated. One that somebody has started since is left alone: what it wrote would be lost.
 */
export async function revertToOwnSnapshots(
  vcenter: VCenter,
  operationId: string,
  vms: readonly MoRef[],
): Promise<Pick<Removal, "removed" | "left">> {
  const shown = await readEvidence(vcenter.session, operationId, vms);
  const twice = shown.find(({ snapshots }) => snapshots.length > 1)?.snapshots[0];
  if (twice) throw new QnapError("VmSnapshotAmbiguous", { vm: twice.vmName, operation: operationId });
  const those = (runs: boolean) =>
    shown.filter(({ power }) => (power === "PoweredOn") === runs).flatMap(({ snapshots }) => snapshots);
  const removals = (await settleAll(those(false), width, (one) => revert(vcenter, operationId, one))).map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
  const reason = "the VM was started since, so it was not reverted";
  const left = those(true).map(({ vm, vmName }) => ({ vm, vmName, reason }));
  return {
    removed: removals.flatMap(({ removed }) => removed),
    left: [...removals.flatMap((one) => one.left), ...left],
  };
}

async function revert(vcenter: VCenter, operationId: string, one: OwnSnapshot): Promise<Removal> {
  const args = [element("suppressPowerOn", true)];
  await vcenter.creates.within(one.host?.id ?? "", undefined, () =>
    vcenter.run("RevertToSnapshot_Task", one.snapshot, args, AbortSignal.timeout(revertMs)),
  );
  return removeOwnSnapshots(vcenter, operationId, { vms: [one.vm], found: [[one]] });
}
