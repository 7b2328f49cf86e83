import { afterAll, beforeAll, expect, test } from "vitest";
import { putBack, readBelongings } from "../../../ts-core/vmware/belongings.ts";
import { named, startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
beforeAll(async () => {
  lab = await startLab({ vms: 2 });
});
afterAll(() => lab.stop());

test("a permission of its own comes back too", async () => {
  const { session } = lab.vcenter;
  const vm = named((await lab.inventory()).vms, "vm002");
  const permission = { principal: "LAB\\backup", group: false, roleId: -2, propagate: true };
  const wanted = { vm: vm.ref, name: vm.name, customValues: [], permissions: [permission], clusterSettings: [] };
  await putBack(session, vm.ref, wanted);
  await putBack(session, vm.ref, wanted);
  expect((await readBelongings(session, [vm]))[0]?.permissions).toEqual([permission]);
});
