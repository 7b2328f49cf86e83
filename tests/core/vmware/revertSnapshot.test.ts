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
