/** A LUN goes back to an application-consistent snapshot, with everything that vCenter has on it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CoreError, CoreFailure, type CoreProcess } from "../coreProcess.ts";
import { lasting, snapshotNames, startVmwareLab, type VmwareLab } from "./support/vmwareLab.ts";

// Two simulators, a core and a good deal of waiting: a busy machine takes longer.

interface Snapshot {
  name: string;
  snapshotId: string;
  lunNaa: string;
  operationId: string;
}
interface Restored {
  plan: { steps: { action: string }[] };
  refusals: string[];
  operationId: string;
  told: string[];
  notAdded: string[];
}

let lab: VmwareLab;
let core: CoreProcess;
let snapshot: Snapshot;

beforeEach(async () => {
  lab = await startVmwareLab({}, { vms: 4, hosts: 2 });
  core = await lab.connect(undefined, { guestShutdownSeconds: 5 });
});
afterEach(async () => {
  await core.stop();
  await lab.stop();
});

async function take(): Promise<void> {
  const luns = [{ name: "vmstore" }];
  const { snapshots } = await core.call<{ snapshots: Snapshot[] }>("newLunSnapshot", { luns, type: "Application" });
  snapshot = snapshots[0] as Snapshot;
}

const restore = (more: object = {}) => {
  const ref = { lun: { name: "vmstore", naa: snapshot.lunNaa }, snapshotId: snapshot.snapshotId };
  return core.call<Restored>("restoreLunSnapshot", { snapshot: ref, safetyCopy: "None", ...more });
};

async function failure(call: Promise<unknown>): Promise<CoreError> {
  const error = await call.catch((thrown: unknown) => thrown);
  if (error instanceof CoreFailure) return error.data;
  throw new Error("it did not fail");
}

async function named(name: string) {
  const found = (await lab.vcenter.state()).vms.find((vm) => vm.name === name);
  if (!found) throw new Error(`no VM ${name}`);
  return found;
}

test("changed VMs are as they were, deleted ones are named and not added, users' snapshots are untouched", async () => {
  await lab.vcenter.addSnapshot({ vm: "vm001", name: "before update" });
  const before = lasting(await named("vm001"));
  await take();
  await lab.vcenter.changeVm("vm001", { data: "ransom" });
  await lab.vcenter.changeVm("vm002", { data: "ransom" });
  await lab.vcenter.deleteVm("vm003");
  const restored = await restore();
  const after = await named("vm001");
  expect(after.disks.map(({ data }) => data)).not.toContain("ransom");
  expect(after.snapshots.map(({ name }) => name)).toEqual(["before update", `QS_${snapshot.operationId}`]);
  expect(lasting(after)).toMatchObject({ ...before, disks: expect.anything(), snapshots: expect.anything() });
  expect(restored.notAdded).toEqual(["[ds-prod] vm003/vm003.vmx"]);
  expect((await named("vm003")).registered).toBe(false);
  expect(restored.told).toEqual([expect.stringMatching(/^3 VM\(s\) registered/)]);
  const { hosts, vms } = await lab.vcenter.state();
  expect(hosts.map(({ mounted, detached }) => [mounted, detached])).toEqual([
    [["ds-prod"], []],
    [["ds-prod"], []],
  ]);
  expect(vms.filter(({ registered }) => registered)).toHaveLength(3);
});

test("the VMs are reverted to the VM snapshots that came back, which then go, and are started", async () => {
  await take();
  await lab.vcenter.changeVm("vm002", { data: "ransom" });
  const { told } = await restore({ revertVMSnapshot: true, powerOn: true });
  expect(told).toEqual([
    expect.stringMatching(/4 VM\(s\) registered/),
    "4 VM(s) reverted to their VM snapshots",
    "4 VM(s) started",
  ]);
  const { vms } = await lab.vcenter.state();
  expect(vms.map(({ power }) => power)).toEqual(Array(4).fill("poweredOn"));
  expect(snapshotNames({ vms })).toEqual([]);
});

test("the plan names every step, host by host and VM by VM, and changes nothing", async () => {
  await take();
  await lab.vcenter.deleteVm("vm003");
  await lab.vcenter.reset();
  await lab.nas.reset();
  const { plan, refusals } = await restore({ planOnly: true });
  const steps = plan.steps.map(({ action }) => action);
  expect(refusals).toEqual([]);
  for (const vm of ["vm001", "vm002", "vm004"])
    expect(steps.filter((step) => step.includes(`'${vm}'`))).toHaveLength(3);
  for (const host of ["esx1.sim", "esx2.sim"]) expect(steps.filter((step) => step.includes(host))).toHaveLength(5);
  expect(steps.at(-1)).toMatch(/'vm003' is in the snapshot .* not added/);
  expect(steps.findIndex((step) => step.startsWith("Detach"))).toBeLessThan(
    steps.findIndex((step) => step.startsWith("Disable LUN")),
  );
  expect((await lab.vcenter.effects()).filter(({ kind }) => kind !== "session.login")).toEqual([]);
  expect(await lab.nas.effects()).toEqual([]);
});

test("a VM that the snapshot does not hold would be lost: refused, unless that is meant", async () => {
  await take();
  await lab.vcenter.addVm({ name: "newer", datastore: "ds-prod" });
  expect(await failure(restore())).toMatchObject({ code: "NewerVMs", details: { names: ["newer"] } });
  const { told } = await restore({ destroyNewerVMs: true });
  expect(told.join("\n")).toMatch(/'newer'/);
});

test("what stands in the way is found before anything is touched", async () => {
  await take();
  await lab.vcenter.changeHost("esx2.sim", { connection: "notResponding" });
  await lab.vcenter.reset();
  const { code, details } = await failure(restore());
  expect({ code, details }).toMatchObject({ code: "LunCannotBeReleased", details: { reasons: /esx2/ } });
  expect((await lab.vcenter.effects()).map(({ kind }) => kind)).toEqual([]);
});

test("vCenter is away: refused; with -Force the restore goes on without it, with a warning", async () => {
  await take();
  await lab.vcenter.down();
  expect((await failure(restore())).code).toMatch(/^VCenter/);
  await restore({ force: true });
  expect(core.logs.join("\n")).toMatch(/left out, as -Force says/);
  await lab.vcenter.up();
});

test("with -Force a vCenter that was to give the LUN up and then goes away stops it: the VMs still run on it", async () => {
  await take();
  await lab.nas.fault({ kind: "holdBefore" });
  const restoring = failure(restore({ force: true, safetyCopy: "Clone" }));
  const [held] = await lab.nas.holds(240_000);
  await lab.vcenter.down();
  await lab.nas.reset();
  await lab.nas.release(held?.id ?? 0, "continue");
  expect((await restoring).code).toMatch(/^VCenter/);
  expect((await lab.nas.effects()).filter(({ kind }) => /revert|disable/i.test(kind))).toEqual([]);
  await lab.vcenter.up();
});

test("what VMs a snapshot holds is not known: the plan says that newer ones are lost", async () => {
  const luns = [{ name: "vmstore" }];
  const { snapshots } = await core.call<{ snapshots: Snapshot[] }>("newLunSnapshot", { luns, type: "Crash" });
  snapshot = snapshots[0] as Snapshot;
  const { plan } = await restore({ planOnly: true });
  expect(plan.steps.at(-1)?.action).toMatch(/not on record: a VM that was made since is lost/);
});

test("the revert is refused: the VMs are back as they were, and running", async () => {
  await take();
  await lab.nas.fault({ kind: "busy", match: { func: "recover_snapshot" }, times: 0 });
  const { code } = await failure(restore());
  expect(code).toMatch(/^Nas/);
  await lab.nas.clearFaults();
  const { vms, hosts } = await lab.vcenter.state();
  expect(vms.map(({ registered, power }) => [registered, power])).toEqual(Array(4).fill([true, "poweredOn"]));
  expect(hosts.flatMap(({ detached }) => detached)).toEqual([]);
  expect((await core.rows("getOperation"))[0]).toMatchObject({ state: "Undone" });
});
