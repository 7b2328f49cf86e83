import { afterAll, beforeAll, expect, test } from "vitest";
import { putBackCustomValue, putBackPermission, readBelongings } from "../../../ts-core/vmware/belongings.ts";
import { addField, named, startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
beforeAll(async () => {
  lab = await startLab({ vms: 2 });
});
afterAll(() => lab.stop());

test("a permission of its own and a custom value come back, each set once", async () => {
  const { session } = lab.vcenter;
  const vm = named((await lab.inventory()).vms, "vm002").ref;
  const key = await addField(lab, "Owner");
  const permission = { principal: "LAB\\backup", group: false, roleId: -2, propagate: true };
  for (let turn = 0; turn < 2; turn++) {
    await putBackPermission(session, vm, permission);
    await putBackCustomValue(session, vm, { key, value: "Ann & Bob" });
  }
  expect(await readBelongings(session, vm)).toEqual({
    permissions: [permission],
    customValues: [{ key, value: "Ann & Bob" }],
  });
  expect(await lab.sim.counts()).toMatchObject({ SetField: 1, SetEntityPermissions: 1 });
});
