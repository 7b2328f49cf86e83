import { afterAll, beforeAll, expect, test } from "vitest";
import type { SimulatedVcenter } from "../sim/vcenter/start.ts";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession, vmwareLogin } from "./session.ts";

let session: ModuleSession;
let vcenter: SimulatedVcenter;
beforeAll(async () => {
  session = await startSession({ connect: false, vcenter: { vms: 1 } });
  vcenter = session.vcenter as SimulatedVcenter;
});
afterAll(() => session.stop());

test("forgets a stored vCenter, after asking, and logs out", async () => {
  const { sessions } = await vcenter.state();
  const [row] = await session.get(`Set-QnapVMwareSetting ${vmwareLogin(vcenter)}`);
  const remove = `Remove-QnapVMwareSetting ${row?.Server}`;
  expect((await session.run(remove)).errors[0]?.id).toMatch(/^ConfirmationImpossible/);
  expect(await session.get("@(Get-QnapVMwareSetting).Count")).toEqual([1]);
  await session.get(`${remove} -Confirm:$false`);
  expect(await session.get("Get-QnapVMwareSetting")).toEqual([]);
  expect((await vcenter.state()).sessions).toBe(sessions);
});

test("one that is not stored is an error of its own", async () => {
  const { errors } = await session.run("Remove-QnapVMwareSetting elsewhere -Confirm:$false");
  expect(errors).toMatchObject([{ id: "VCenterNotStored,Remove-QnapVMwareSetting", target: "elsewhere" }]);
  await session.get(`Set-QnapVMwareSetting ${vmwareLogin(vcenter)}`);
});

testExamples("Remove-QnapVMwareSetting", () => session);
