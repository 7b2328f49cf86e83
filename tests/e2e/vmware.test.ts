/** Thirty VMs on a LUN, from PowerShell: taken, spoiled, brought back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startVmwareSession, type VmwareSession } from "../module/session.ts";
import type { VmView } from "../sim/vcenter/view.ts";
import { snapshotNames } from "./support/vmwareLab.ts";

// Two simulators, a core and a good deal of waiting: a busy machine takes longer.

let session: VmwareSession;
beforeAll(async () => {
  session = await startVmwareSession({ vms: 30, hosts: 4, taskMs: 100 });
});
afterAll(() => session.stop());

const registered = async () => (await session.vcenter.state()).vms.filter((vm) => vm.registered);

/** What a restore must bring back; morefs are new, and disks write to the files of the VM snapshots that came back. */
function kept({ name, uuid, instanceUuid, host, folder, pool, vmx, template, guestId, customValues, tags }: VmView) {
  return { name, uuid, instanceUuid, host, folder, pool, vmx, template, guestId, customValues, tags };
}
const contents = (vms: readonly VmView[]) => vms.map(({ name, disks }) => [name, disks.map(({ data }) => data)]);
const users = (vms: readonly VmView[]) => snapshotNames({ vms: [...vms] }).filter((name) => !name.startsWith("QS_"));

test("30 VMs are held, the LUN is taken, and none of our VM snapshots is left; a user's own is", async () => {
  const { vcenter } = session;
  await vcenter.tag("gold", "vm001", "vm002");
  await vcenter.addVm({ name: "golden", template: true });
  await vcenter.changeVm("vm009", { power: "poweredOff" });
  await vcenter.addSnapshot({ vm: "vm005", name: "before update" });
  for (const { name } of await registered())
    if (name !== "golden") await vcenter.changeVm(name, { data: `good ${name}` });
  await vcenter.reset();
  const [taken] = await session.get("($global:s = New-QnapLunSnapshot ds-prod -Type Application)");
  expect(taken).toMatchObject({ Consistency: "FileSystem", VMs: { length: 31 } });
  const { tasks, vms } = await vcenter.state();
  expect(tasks.startedByKind).toMatchObject({ createSnapshot: 30, removeSnapshot: 30 });
  expect(snapshotNames({ vms })).toEqual(["before update"]);
});

test("changed and deleted VMs: those that are registered come back as they were, the others are named", async () => {
  const { vcenter } = session;
  const before = await registered();
  for (const name of ["vm001", "vm002", "vm005", "vm010"]) await vcenter.changeVm(name, { data: "ransom" });
  await vcenter.changeVm("vm003", { power: "poweredOff" });
  await vcenter.deleteVm("vm020");
  await vcenter.deleteVm("vm021", "keep");
  const [result] = await session.get("Restore-QnapLunSnapshot -Snapshot $s -SafetyCopy None -Confirm:$false");
  expect(result?.NotAdded).toEqual(["[ds-prod] vm020/vm020.vmx", "[ds-prod] vm021/vm021.vmx"]);
  const after = await registered();
  const expected = before.filter(({ name }) => name !== "vm020" && name !== "vm021");
  expect(after.map(kept)).toEqual(expected.map(kept));
  expect(contents(after)).toEqual(contents(expected));
  expect(users(after)).toEqual(["before update"]);
  const { hosts } = await vcenter.state();
  expect(hosts.map(({ mounted, detached }) => [mounted, detached])).toEqual(Array(4).fill([["ds-prod"], []]));
});

test("the VM snapshots that came back with the LUN can be reverted to", async () => {
  const { vcenter } = session;
  const came = (await registered()).filter(({ snapshots }) => snapshots.some(({ name }) => name.startsWith("QS_")));
  expect(came).toHaveLength(28);
  const restore = "Restore-QnapLunSnapshot -Snapshot $s -SafetyCopy None -RevertVMSnapshot -PowerOn -Confirm:$false";
  const [result] = await session.get(restore);
  expect(result?.Outcome).toEqual(expect.arrayContaining([expect.stringMatching(/^28 VM\(s\) reverted/)]));
  const after = await registered();
  expect(snapshotNames({ vms: after })).toEqual(["before update"]);
  expect(after.find(({ name }) => name === "vm001")?.power).toBe("poweredOn");
  expect(after.find(({ name }) => name === "vm009")?.power).toBe("poweredOff");
  expect((await vcenter.state()).tasks.inFlight).toBe(0);
});
