import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { Unconfirmed } from "../../../ts-core/net/unconfirmed.ts";
import { element } from "../../../ts-core/vmware/soap.ts";
import type { MoRef } from "../../../ts-core/vmware/xml.ts";
import { startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
let vms: MoRef[];
beforeAll(async () => {
  lab = await startLab({ vms: 30, taskMs: 300 });
  vms = (await lab.sim.state()).vms.map(({ ref }) => ({ type: "VirtualMachine", id: ref }));
});
afterEach(async () => {
  await lab.sim.clearFaults();
  await lab.sim.settings({ updatesPerPage: 100 });
  await lab.sim.reset();
});
afterAll(() => lab.stop());

const args = [element("name", "t"), element("memory", false), element("quiesce", false)];
const snapshotAll = () => Promise.all(vms.map((vm) => lab.vcenter.run("CreateSnapshot_Task", vm, args)));
const made = async () => (await lab.sim.state()).vms.reduce((sum, { snapshots }) => sum + snapshots.length, 0);

test("all tasks of a session are waited for by one collector, with few calls", async () => {
  await snapshotAll();
  const counts = await lab.sim.counts();
  expect(counts).toMatchObject({ CreateSnapshot_Task: 30, CreatePropertyCollector: 1, CreateFilter: 1 });
  expect((counts.WaitForUpdatesEx ?? 0) + (counts.ModifyListView ?? 0)).toBeLessThan(30);
});

test("updates that come in pages are read at once", async () => {
  await lab.sim.settings({ updatesPerPage: 2 });
  const before = await made();
  const began = Date.now();
  await snapshotAll();
  expect((await made()) - before).toBe(30);
  expect(Date.now() - began).toBeLessThan(20_000);
});

test("a task that fails throws its fault, the others go on", async () => {
  await lab.sim.fault({ kind: "taskFault", fault: "ApplicationQuiesceFault", match: { vm: "vm003" } });
  const outcomes = await Promise.allSettled(vms.map((vm) => lab.vcenter.run("CreateSnapshot_Task", vm, args)));
  const failed = outcomes.filter((one) => one.status === "rejected");
  expect(failed).toHaveLength(1);
  expect(failed[0]?.reason).toMatchObject({ code: "VCenterRefused", fault: "ApplicationQuiesceFault" });
});

test("the session ends while tasks run: they are found again", async () => {
  const running = snapshotAll();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await lab.sim.expireSessions();
  expect(await running).toHaveLength(30);
});

test("vCenter is away while tasks run: they are found again", async () => {
  await lab.sim.settings({ taskMs: 800 });
  const started = await Promise.all(vms.map((vm) => lab.vcenter.start("CreateSnapshot_Task", vm, args)));
  const running = Promise.all(started.map((task) => lab.vcenter.outcome(task, "CreateSnapshot")));
  await lab.sim.down(1_500);
  expect(await running).toHaveLength(30);
  await lab.sim.settings({ taskMs: 300 });
});

test("vCenter stays away for long: nobody is kept waiting, and nothing is said about the task", async () => {
  const task = await lab.vcenter.start("CreateSnapshot_Task", vms[20] as MoRef, args);
  await lab.sim.down();
  const outcome = lab.vcenter.outcome(task, "CreateSnapshot");
  const clock = vi.spyOn(Date, "now").mockImplementation(() => performance.timeOrigin + performance.now() + 360_000);
  await expect(outcome).rejects.toThrow(Unconfirmed);
  clock.mockRestore();
  await lab.sim.up();
});

test("a refusal to tell of tasks is no fault of a task", async () => {
  await lab.sim.fault({ kind: "fault", fault: "NoPermission", match: { method: "WaitForUpdatesEx" } });
  await expect(lab.connect().run("CreateSnapshot_Task", vms[21] as MoRef, args)).rejects.toThrow(Unconfirmed);
});

test("who has waited long enough leaves, and the task is waited for again later", async () => {
  await lab.sim.fault({ kind: "taskSlow", ms: 700, match: { vm: "vm001" } });
  const task = await lab.vcenter.start("CreateSnapshot_Task", vms[0] as MoRef, args);
  const soon = lab.vcenter.outcome(task, "CreateSnapshot", AbortSignal.timeout(100));
  await expect(soon).rejects.toMatchObject({ name: "TimeoutError" });
  expect(await lab.vcenter.outcome(task, "CreateSnapshot")).toBeDefined();
});

test("a task that has ended may be asked for again", async () => {
  await lab.sim.fault({ kind: "taskFault", fault: "FilesystemQuiesceFault", match: { vm: "vm001" } });
  const task = await lab.vcenter.start("CreateSnapshot_Task", vms[0] as MoRef, args);
  const fault = { fault: "FilesystemQuiesceFault" };
  await expect(lab.vcenter.outcome(task, "CreateSnapshot")).rejects.toMatchObject(fault);
  await expect(lab.vcenter.outcome(task, "CreateSnapshot")).rejects.toMatchObject(fault);
});

test("a task that vCenter does not know is not confirmed", async () => {
  const outcome = lab.vcenter.outcome({ type: "Task", id: "task-none" }, "CreateSnapshot");
  await expect(outcome).rejects.toThrow(/no longer knows/);
});

test("closing leaves nothing behind in vCenter", async () => {
  const client = lab.connect();
  await client.run("CreateSnapshot_Task", vms[0] as MoRef, args);
  const { filters, sessions } = await lab.sim.state();
  expect(await client.close()).toBe(true);
  const after = await lab.sim.state();
  expect([after.filters, after.sessions]).toEqual([filters - 1, sessions - 1]);
});
