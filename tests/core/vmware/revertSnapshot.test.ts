import { afterAll, beforeAll, expect, test } from "vitest";
import { revertToOwnSnapshots } from "../../../ts-core/vmware/revertSnapshot.ts";
import { named, startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
beforeAll(async () => {
  lab = await startLab({ vms: 3 });
});
afterAll(() => lab.stop());

test("VMs are put back to the VM snapshot of an operation, which is removed then; others stay", async () => {
  const vm = named((await lab.inventory()).vms, "vm003").ref;
  await lab.sim.changeVm("vm003", { power: "poweredOff" });
  await lab.sim.changeVm("vm003", { data: "then" });
  await lab.sim.addSnapshot({ vm: "vm003", name: "before update" });
  await lab.sim.addSnapshot({ vm: "vm003", name: "QS_op0000000001" });
  await lab.sim.changeVm("vm003", { data: "now" });
  expect(await revertToOwnSnapshots(lab.vcenter, "op0000000001", [vm])).toMatchObject({ left: [] });
  expect(await revertToOwnSnapshots(lab.vcenter, "op0000000001", [vm])).toMatchObject({ removed: [] });
  const told = (await lab.sim.state()).vms.find(({ name }) => name === "vm003");
  expect(told?.disks[0]?.data).toBe("then");
  expect(told?.snapshots.map(({ name }) => name)).toEqual(["before update"]);
});

test("a VM that was started since is left as it is, and told; one that fails does not keep the others from being done", async () => {
  const operation = "op0000000002";
  const vms = (await lab.inventory()).vms.map(({ ref }) => ref);
  for (const name of ["vm001", "vm002", "vm003"]) {
    await lab.sim.addSnapshot({ vm: name, name: `QS_${operation}` });
    await lab.sim.changeVm(name, { power: name === "vm001" ? "poweredOn" : "poweredOff", data: "since" });
  }
  await lab.sim.fault({ kind: "taskFault", fault: "FileLocked", match: { task: "revertToSnapshot", vm: "vm002" } });
  await expect(revertToOwnSnapshots(lab.vcenter, operation, vms)).rejects.toThrow(/FileLocked/);
  expect(await withOurs()).toEqual(["vm001", "vm002"]);
  const { removed, left } = await revertToOwnSnapshots(lab.vcenter, operation, vms);
  expect([removed.map(({ vmName }) => vmName), left.map(({ vmName }) => vmName)]).toEqual([["vm002"], ["vm001"]]);
  const running = (await lab.sim.state()).vms.find(({ name }) => name === "vm001");
  expect(running).toMatchObject({ power: "poweredOn", disks: [{ data: "since" }] });
});

async function withOurs(): Promise<string[]> {
  const { vms } = await lab.sim.state();
  return vms.filter(({ snapshots }) => snapshots.some(({ name }) => name.startsWith("QS_"))).map(({ name }) => name);
}
