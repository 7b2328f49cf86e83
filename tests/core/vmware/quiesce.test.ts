import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { readEvidence } from "../../../ts-core/vmware/ownSnapshots.ts";
import { createVmSnapshots, type QuiesceRequest } from "../../../ts-core/vmware/quiesce.ts";
import { removeOwnSnapshots } from "../../../ts-core/vmware/removeSnapshots.ts";
import type { Vm } from "../../../ts-core/vmware/virtualMachines.ts";
import { all, named, snapshotNames, startLab, type VmwareLab } from "./lab.ts";

const operationId = "op0000000001";
const own = `QS_${operationId}`;
let lab: VmwareLab;
let vms: Vm[];

beforeAll(async () => {
  lab = await startLab({ vms: 12, hosts: 3, taskMs: 100 });
});
beforeEach(async () => {
  vms = (await lab.inventory()).vms.sort((a, b) => (a.name < b.name ? -1 : 1));
  await lab.sim.reset();
});
afterEach(async () => {
  await lab.sim.clearFaults();
  expect(await snapshotNames(lab)).not.toContain(own);
});
afterAll(() => lab.stop());

const request = (more: Partial<QuiesceRequest> = {}): QuiesceRequest => ({
  operationId,
  vms,
  methods: all(vms, "QuiesceOrFallback"),
  signal: new AbortController().signal,
  ...more,
});

test("every VM has its snapshot while the work is done, and none afterwards; a user's own stays", async () => {
  await lab.sim.addSnapshot({ vm: "vm002", name: "before update" });
  await lab.sim.changeVm("vm004", { power: "poweredOff" });
  await lab.sim.changeVm("vm006", { tools: "notRunning" });
  vms = (await lab.inventory()).vms;
  const set = await createVmSnapshots(lab.vcenter, request());
  expect((await snapshotNames(lab)).filter((name) => name === own)).toHaveLength(12);
  expect(set.refused).toEqual([]);
  const seen = await set.labels();
  expect((await set.remove()).left).toEqual([]);
  const label = (name: string) => seen.get(named(vms, name).ref.id);
  expect([label("vm001"), label("vm002"), label("vm004"), label("vm006")]).toEqual([
    "Application",
    "FileSystem",
    "PoweredOff",
    "Crash",
  ]);
  expect(await snapshotNames(lab)).toEqual(["before update"]);
  await lab.sim.changeVm("vm004", { power: "poweredOn" });
  await lab.sim.changeVm("vm006", { tools: "running" });
});

test("with memory, and none for whom none is wanted", async () => {
  const methods = all(vms.slice(0, 2), "Memory");
  const set = await createVmSnapshots(lab.vcenter, request({ methods }));
  const { vms: now } = await lab.sim.state();
  expect(now.map(({ snapshots }) => snapshots.filter(({ name, memory }) => name === own && memory).length)).toEqual([
    ...[1, 1],
    ...Array.from({ length: 10 }, () => 0),
  ]);
  const labels = await set.labels();
  expect(labels.get(vms[0]?.ref.id ?? "")).toBe("Memory");
  expect(labels.get(vms[5]?.ref.id ?? "")).toBe("Crash");
  expect((await set.remove()).removed).toHaveLength(2);
});

test("no more in flight than hosts and vCenter bear, for creates and for removes", async () => {
  const vcenter = lab.connect({ limits: { perHost: 2, perVCenter: 5 } });
  const set = await createVmSnapshots(vcenter, request());
  const { removed, left } = await set.remove();
  expect([removed.length, left.length]).toEqual([12, 0]);
  const { tasks } = await lab.sim.state();
  expect(tasks.peakByKind).toEqual({ createSnapshot: 5, removeSnapshot: 5 });
  for (const kind of Object.values(tasks.peakByKindAndHost)) expect(Math.max(...Object.values(kind))).toBe(2);
});

test("a guest that cannot be quiesced falls back, and says why", async () => {
  await lab.sim.fault({ kind: "quiesceFails", match: { vm: "vm003" } });
  const set = await createVmSnapshots(lab.vcenter, request());
  const outcome = set.outcomes.find(({ vm }) => vm.name === "vm003");
  expect(outcome).toMatchObject({ kind: "Plain", failure: undefined });
  expect(outcome?.fellBack).toContain("ApplicationQuiesceFault");
  expect((await set.labels()).get(outcome?.vm.ref.id ?? "")).toBe("Crash");
  expect(set.refused).toEqual([]);
  await set.remove();
});

test("where quiescing is a must it is a refusal, and what was made is removed", async () => {
  await lab.sim.fault({ kind: "quiesceFails", match: { vm: "vm003" } });
  const set = await createVmSnapshots(lab.vcenter, request({ methods: all(vms, "Quiesce") }));
  expect(set.refused.map(({ vm }) => vm.name)).toContain("vm003");
  expect((await set.remove()).left).toEqual([]);
});

test.each(["dropAfter", "dropBefore"] as const)(
  "a start whose answer is lost (%s) is found again by name",
  async (kind) => {
    await lab.sim.fault({ kind, match: { method: "CreateSnapshotEx_Task", vm: "vm005" } });
    const set = await createVmSnapshots(lab.vcenter, request());
    const outcome = set.outcomes.find(({ vm }) => vm.name === "vm005");
    expect(outcome?.snapshot !== undefined).toBe(kind === "dropAfter");
    const { removed, left } = await set.remove();
    expect([removed.length, left]).toEqual([kind === "dropAfter" ? 12 : 11, []]);
  },
);

test("a start whose answer is lost while its task runs for long is waited for", async () => {
  await lab.sim.fault({ kind: "dropAfter", match: { method: "CreateSnapshotEx_Task", vm: "vm005" } });
  await lab.sim.fault({ kind: "taskSlow", ms: 5_000, match: { vm: "vm005" } });
  const set = await createVmSnapshots(lab.vcenter, request());
  expect(set.outcomes.every(({ snapshot }) => snapshot !== undefined)).toBe(true);
  expect((await set.remove()).removed).toHaveLength(12);
});

test("a task that ends only after its deadline is waited for and its snapshot removed", async () => {
  await lab.sim.fault({ kind: "taskSlow", ms: 1_500, match: { vm: "vm001" } });
  const set = await createVmSnapshots(lab.vcenter, request({ timeouts: { vmMs: 600 } }));
  expect(set.outcomes.find(({ vm }) => vm.name === "vm001")?.failure).toContain("in time");
  expect((await set.remove()).left).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
});

test("a VM snapshot that comes when the LUN's has been taken does not count", async () => {
  await lab.sim.fault({ kind: "taskSlow", ms: 900, match: { vm: "vm001" } });
  const set = await createVmSnapshots(lab.vcenter, request({ timeouts: { vmMs: 600 } }));
  await expect.poll(async () => (await snapshotNames(lab)).filter((name) => name === own).length).toBe(12);
  expect((await set.labels()).get(named(vms, "vm001").ref.id)).toBe("Crash");
  expect((await set.remove()).left).toEqual([]);
});

test("the deadline of the set holds for those that have not begun, too", async () => {
  const vcenter = lab.connect({ limits: { perHost: 1, perVCenter: 1 } });
  const set = await createVmSnapshots(vcenter, request({ timeouts: { setMs: 350 } }));
  expect(set.outcomes.filter(({ failure }) => failure !== undefined).length).toBeGreaterThan(6);
  expect((await set.remove()).left).toEqual([]);
});

test("after a cancel nothing more is begun", async () => {
  const vcenter = lab.connect({ limits: { perHost: 1, perVCenter: 2 } });
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 150);
  const set = await createVmSnapshots(vcenter, request({ signal: abort.signal }));
  expect((await lab.sim.counts()).CreateSnapshotEx_Task).toBeLessThan(8);
  await set.remove();
});

test("after a crash all are found over the whole vCenter, and only this operation's are removed", async () => {
  const other = "QS_op0000000002";
  await createVmSnapshots(lab.vcenter, request({ vms: vms.slice(0, 4) }));
  await lab.sim.addSnapshot({ vm: "vm001", name: other });
  await lab.sim.addSnapshot({ vm: "vm003", name: `${own} of a user` });
  const successor = lab.connect();
  const found = (await readEvidence(successor.session, operationId)).flatMap(({ snapshots }) => snapshots);
  expect(found.map(({ vmName }) => vmName).sort()).toEqual(["vm001", "vm002", "vm003", "vm004"]);
  const { removed, left } = await removeOwnSnapshots(successor, operationId);
  expect([removed.length, left]).toEqual([4, []]);
  expect(await removeOwnSnapshots(successor, operationId)).toMatchObject({ removed: [], left: [] });
  const names = await snapshotNames(lab);
  expect(names).toEqual(expect.arrayContaining([other, `${own} of a user`]));
});

test("a removal whose answer is lost, a busy VM and an ended session still end with nothing left", async () => {
  const set = await createVmSnapshots(lab.vcenter, request());
  await lab.sim.fault({ kind: "dropAfter", match: { method: "RemoveSnapshot_Task", vm: "vm001" } });
  await lab.sim.fault({ kind: "dropBefore", match: { method: "RemoveSnapshot_Task", vm: "vm002" } });
  await lab.sim.fault({ kind: "taskFault", fault: "TaskInProgress", match: { vm: "vm003" } });
  await lab.sim.expireSessions();
  expect((await set.remove()).left).toEqual([]);
});

test("removing begins with the first VMs, while the trees of the others are still read", async () => {
  const set = await createVmSnapshots(lab.vcenter, request());
  await lab.sim.fault({ kind: "holdBefore", match: { method: "RetrievePropertiesEx" }, skip: 1 });
  const removal = set.remove();
  const [second] = await lab.sim.holds();
  const removed = async () => (await lab.sim.effects()).filter(({ kind }) => kind === "vm.snapshotRemove").length;
  await expect.poll(removed).toBe(8);
  await lab.sim.release(second?.id ?? 0, "continue");
  expect((await removal).removed).toHaveLength(12);
});

test("VMs whose trees could not be read are no more than crash-consistent, and their snapshots are removed", async () => {
  const set = await createVmSnapshots(lab.vcenter, request());
  await lab.sim.fault({ kind: "fault", fault: "RuntimeFault", match: { method: "RetrievePropertiesEx" }, skip: 1 });
  const [labels, { left }] = await Promise.all([set.labels(), set.remove()]);
  expect([...labels.values()].filter((label) => label === "Crash")).toHaveLength(4);
  expect(left).toEqual([]);
});

test("what cannot be removed is told with the reason", async () => {
  const set = await createVmSnapshots(lab.vcenter, request());
  const denied = { kind: "taskFault", fault: "NoPermission", match: { vm: "vm007" }, times: 0 } as const;
  await lab.sim.fault(denied);
  const { left, removed } = await set.remove();
  expect(removed).toHaveLength(11);
  expect(left).toMatchObject([{ vmName: "vm007", reason: expect.stringContaining("NoPermission") }]);
  await lab.sim.clearFaults();
  await removeOwnSnapshots(lab.vcenter, operationId);
});

test("disks that a removal left unconsolidated are consolidated", async () => {
  const set = await createVmSnapshots(lab.vcenter, request());
  await lab.sim.fault({ kind: "consolidationFails", match: { vm: "vm008" } });
  expect((await set.remove()).unconsolidated).toEqual([]);
  const { vms: now } = await lab.sim.state();
  expect(now.filter(({ consolidationNeeded }) => consolidationNeeded)).toEqual([]);
  expect(await lab.sim.counts()).toMatchObject({ ConsolidateVMDisks_Task: 1 });
});

test("a server without CreateSnapshotEx_Task is asked once", async () => {
  const old = await startLab({ vms: 3, apiVersion: "6.0" });
  try {
    const { vms: some } = await old.inventory();
    const few = { perHost: 1, perVCenter: 1 };
    const set = await createVmSnapshots(
      old.connect({ limits: few }),
      request({ vms: some, methods: all(some, "Quiesce") }),
    );
    expect(set.refused).toEqual([]);
    expect([...(await set.labels()).values()].sort()).toEqual(["Application", "Application", "FileSystem"]);
    await set.remove();
    expect(await old.sim.counts()).toMatchObject({ CreateSnapshotEx_Task: 1, CreateSnapshot_Task: 3 });
  } finally {
    await old.stop();
  }
});
