import { afterAll, beforeAll, expect, test } from "vitest";
import { powerOff, powerOn } from "../../../ts-core/vmware/power.ts";
import { named, startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
beforeAll(async () => {
  lab = await startLab({ vms: 4, hosts: 2 });
});
afterAll(() => lab.stop());

const powers = async () => Object.fromEntries((await lab.sim.state()).vms.map(({ name, power }) => [name, power]));

test("guests shut down by themselves; who does not is switched off after the limit; off stays off", async () => {
  await lab.sim.fault({ kind: "guestIgnoresShutdown", match: { vm: "vm002" }, times: 0 });
  await lab.sim.changeVm("vm003", { tools: "notRunning" });
  await lab.sim.changeVm("vm004", { power: "poweredOff" });
  await lab.sim.reset();
  const vms = (await lab.inventory()).vms.filter(({ template }) => !template);
  await powerOff(lab.vcenter, vms, { guestMs: 2_500 });
  expect(Object.values(await powers()).every((power) => power !== "poweredOn")).toBe(true);
  expect(await lab.sim.counts()).toMatchObject({ ShutdownGuest: 2, PowerOffVM_Task: 2 });
  await powerOff(lab.vcenter, vms, { guestMs: 2_500 });
  expect((await lab.sim.counts()).PowerOffVM_Task).toBe(2);
  await lab.sim.clearFaults();
});

test("VMs are started, once", async () => {
  const vm = named((await lab.inventory()).vms, "vm001");
  await powerOn(lab.vcenter, vm);
  await powerOn(lab.vcenter, vm);
  expect((await powers()).vm001).toBe("poweredOn");
  expect((await lab.sim.counts()).PowerOnVM_Task).toBe(1);
});
