/** Application-consistent LUN snapshots through vCenter: VM snapshots, LUN snapshot, VM snapshots removed. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type CoreError, CoreFailure, type CoreProcess } from "../coreProcess.ts";
import { snapshotNames, startVmwareLab, type VmwareLab, vcenterLogin } from "./support/vmwareLab.ts";

// Two simulators, a core and a good deal of waiting: a busy machine takes longer.

interface Taken {
  operationId: string;
  snapshots: { name: string; consistency: string; freezeMs: number; vms: { name: string; consistency: string }[] }[];
}

let lab: VmwareLab;
let core: CoreProcess;

beforeAll(async () => {
  lab = await startVmwareLab({}, { vms: 6, hosts: 2 });
  core = await lab.connect();
});
beforeEach(async () => {
  await lab.vcenter.reset();
  await lab.nas.reset();
});
afterEach(async () => {
  await lab.vcenter.clearFaults();
  await lab.nas.clearFaults();
  expect(snapshotNames(await lab.vcenter.state()).filter((name) => name.startsWith("QS_"))).toEqual([]);
});
afterAll(async () => {
  await core.stop();
  await lab.stop();
});

const take = (more: object = {}) =>
  core.call<Taken>("newLunSnapshot", { luns: [{ name: "vmstore" }], type: "Application", ...more });

async function failure(call: Promise<unknown>): Promise<CoreError> {
  const error = await call.catch((thrown: unknown) => thrown);
  if (error instanceof CoreFailure) return error.data;
  throw new Error("it did not fail");
}

const nasSnapshots = async () => (await lab.nas.state()).snapshots.map(({ name }) => name);

test("VM snapshots first, then the LUN's, then they are removed again; each VM has its label", async () => {
  await lab.vcenter.changeVm("vm003", { power: "poweredOff" });
  await lab.vcenter.addSnapshot({ vm: "vm001", name: "before update" });
  const { operationId, snapshots } = await take();
  expect(snapshots).toHaveLength(1);
  const [{ consistency, vms = [], freezeMs }] = snapshots as [Taken["snapshots"][0]];
  expect(consistency).toBe("FileSystem");
  expect(freezeMs).toBeGreaterThan(30);
  expect(Object.fromEntries(vms.map((vm) => [vm.name, vm.consistency]))).toEqual({
    vm001: "Application",
    vm002: "FileSystem",
    vm003: "PoweredOff",
    vm004: "FileSystem",
    vm005: "Application",
    vm006: "FileSystem",
  });
  const effects = await lab.vcenter.effects();
  const times = (kind: string) => effects.filter((one) => one.kind === kind).map(({ atMs }) => atMs);
  const [asked] = (await lab.nas.effects()).filter(({ kind }) => kind === "snapshot.create");
  expect(times("vm.snapshotCreate")).toHaveLength(6);
  expect(Math.max(...times("vm.snapshotCreate"))).toBeLessThan(asked?.atMs ?? 0);
  expect(Math.min(...times("vm.snapshotRemove"))).toBeGreaterThan(asked?.atMs ?? 0);
  expect(snapshotNames(await lab.vcenter.state())).toEqual(["before update"]);
  expect(await core.rows("getLunSnapshot", { lunName: "vmstore" })).toMatchObject([
    { operationId, consistency: "FileSystem", ours: true, vms: [{}, {}, {}, {}, {}, {}] },
  ]);
  await lab.vcenter.changeVm("vm003", { power: "poweredOn" });
});

test("one VM cannot be quiesced: it falls back, and its label says so with the reason", async () => {
  await lab.vcenter.fault({ kind: "quiesceFails", match: { vm: "vm001" } });
  const { snapshots } = await take();
  expect(snapshots[0]?.vms[0]).toMatchObject({
    name: "vm001",
    consistency: "Crash",
    reason: /ApplicationQuiesceFault/,
  });
});

test("a VM that must be quiesced and cannot be: no LUN snapshot, nothing left, the outcome on record", async () => {
  await core.call("setVMwareSetting", { ...server(), snapshotMethod: "Quiesce" });
  await lab.vcenter.fault({ kind: "quiesceFails", match: { vm: "vm004" } });
  expect(await failure(take())).toMatchObject({ code: "HoldFailed", details: { count: 1, reasons: /vm004.*Quiesce/ } });
  expect((await core.rows("getOperation"))[0]).toMatchObject({ state: "Undone", outcome: /vm004/ });
  expect(await nasSnapshots()).toHaveLength(2);
  await core.call("setVMwareSetting", { ...server(), snapshotMethod: "QuiesceOrFallback" });
});

test("the NAS refuses: the VM snapshots are removed all the same", async () => {
  await lab.nas.fault({ kind: "busy" });
  expect((await failure(take())).code).toBe("NasBusy");
  expect((await lab.vcenter.effects()).filter(({ kind }) => kind === "vm.snapshotRemove")).toHaveLength(6);
  expect((await core.rows("getOperation"))[0]).toMatchObject({ state: "Undone" });
});

test("VM snapshots that cannot be removed: the LUN snapshot stays, the error says so, and a repair removes them", async () => {
  await lab.vcenter.fault({
    kind: "taskFault",
    fault: "RestrictedByAdministrator",
    match: { task: "removeSnapshot", vm: "vm002" },
  });
  const { code, details } = await failure(take());
  expect({ code, details }).toMatchObject({ code: "HoldLeft", details: { count: 1, members: /vm002/ } });
  expect(await core.rows("getLunSnapshot", { lunName: "vmstore" })).toHaveLength(3);
  expect(snapshotNames(await lab.vcenter.state()).filter((name) => name.startsWith("QS_"))).toHaveLength(1);
  const [repaired] = await core.rows("repairOperation");
  expect(repaired).toMatchObject({ operationId: details.operation, state: "Completed" });
});

test("VMs that move away or come while the snapshot is taken are not called consistent", async () => {
  await lab.vcenter.addVm({ name: "stray", datastore: "ds-prod" });
  await lab.nas.fault({ kind: "latency", ms: 700 });
  const taking = take();
  await expect.poll(async () => snapshotNames(await lab.vcenter.state()).length).toBeGreaterThan(7);
  await lab.vcenter.deleteVm("stray");
  await lab.vcenter.addVm({ name: "newcomer", datastore: "ds-prod" });
  const { snapshots } = await taking;
  await lab.vcenter.deleteVm("newcomer");
  expect(snapshots[0]).toMatchObject({ consistency: "Unverified" });
  expect(snapshots[0]?.vms.find(({ name }) => name === "stray")).toMatchObject({
    consistency: "Unverified",
    reason: /moved/,
  });
  expect(snapshots[0]?.vms.find(({ name }) => name === "newcomer")).toMatchObject({
    consistency: "Unverified",
    reason: /came/,
  });
});

test("nobody is known who uses the LUN, or no vCenter is stored: nothing is begun", async () => {
  await lab.nas.addLun({ name: "empty", sizeBytes: 1 << 20 });
  const nobody = await failure(core.call("newLunSnapshot", { luns: [{ name: "empty" }], type: "Application" }));
  expect(nobody).toMatchObject({ code: "LunNotUsed", details: { lun: "empty" } });
  const { CoreProcess } = await import("../coreProcess.ts");
  const fresh = await CoreProcess.start();
  await fresh.connect(lab.nas);
  const refused = await failure(fresh.call("newLunSnapshot", { luns: [{ name: "vmstore" }], type: "Application" }));
  expect(refused.code).toBe("NoConsumerKnown");
  expect(await fresh.rows("getOperation")).toEqual([]);
  await fresh.stop();
});

test("preflight: what speaks against it is told, and can be judged otherwise", async () => {
  await lab.vcenter.changeVm("vm005", { disk: { datastore: "ds-prod", rdm: "physicalMode" } });
  await core.call("setVMwareSetting", { ...server(), ruleVerdict: { RawDevice: "Refuse" } });
  expect(await failure(take())).toMatchObject({
    code: "PreflightRefused",
    details: { count: 1, reasons: /vm005.*raw device/ },
  });
  await core.call("setVMwareSetting", { ...server(), ruleVerdict: {} });
  const { snapshots } = await take();
  expect(snapshots[0]?.vms.find(({ name }) => name === "vm005")).toMatchObject({
    consistency: "Crash",
    reason: /raw device/,
  });
  expect(core.logs.join("\n")).toMatch(/vm005.*raw device/);
});

function server() {
  const { server } = vcenterLogin(lab.vcenter);
  return { server };
}
