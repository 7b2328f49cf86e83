import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { planRelease } from "../../../ts-core/vmware/planRelease.ts";
import { type ReleaseFacts, readReleaseFacts } from "../../../ts-core/vmware/releaseFacts.ts";
import { group, refElement } from "../../../ts-core/vmware/soap.ts";
import { named, startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
beforeAll(async () => {
  lab = await startLab({ vms: 2, hosts: 2, datastores: { prod: "lun1", other: "lun2" } });
  await lab.sim.addVm({ name: "elsewhere", datastore: "other" });
});
afterEach(async () => {
  expect(await refusals()).toEqual([]);
});
afterAll(() => lab.stop());

async function plan(more: Partial<ReleaseFacts> = {}) {
  const inventory = await lab.inventory();
  return planRelease(inventory, { ...(await readReleaseFacts(lab.vcenter.session, inventory)), ...more });
}

async function refusals(more: Partial<ReleaseFacts> = {}): Promise<string[]> {
  return (await plan(more)).refusals.map(({ rule, name }) => `${name}: ${rule}`);
}

test("the steps: VMs first, then hosts, each host unmounted before any is detached; and back in the other order", async () => {
  await lab.sim.changeVm("vm002", { power: "poweredOff" });
  const { refusals, release, reattach } = await plan();
  expect(refusals).toEqual([]);
  expect(release.map(({ action, name }) => `${action} ${name}`)).toEqual([
    "PowerOff vm001",
    "Unregister vm001",
    "Unregister vm002",
    "Unmount esx1.sim",
    "Unmount esx2.sim",
    "Detach esx1.sim",
    "Detach esx2.sim",
  ]);
  expect(reattach.map(({ action, name }) => `${action} ${name}`)).toEqual([
    "Attach esx1.sim",
    "Attach esx2.sim",
    "Rescan esx1.sim",
    "Rescan esx2.sim",
    "Mount esx1.sim",
    "Mount esx2.sim",
    "Register vm001",
    "Register vm002",
  ]);
  await lab.sim.changeVm("vm002", { power: "poweredOn" });
});

test("a host that is down", async () => {
  await lab.sim.changeHost("esx2.sim", { connection: "notResponding" });
  expect(await refusals()).toEqual(expect.arrayContaining(["esx2.sim: HostNotConnected", "vm002: VmNotConnected"]));
  await lab.sim.changeHost("esx2.sim", { connection: "connected" });
});

test.each([
  ["heartbeat", "HaHeartbeat"],
  ["sioc", "IoControl"],
  ["cluster", "DatastoreCluster"],
] as const)("a datastore's %s", async (setting, rule) => {
  await lab.sim.changeDatastore("prod", { [setting]: true });
  expect(await refusals()).toEqual([`prod: ${rule}`]);
  await lab.sim.changeDatastore("prod", { [setting]: false });
});

test("scratch and core dump of a host", async () => {
  const [lun] = (await lab.sim.state()).datastores[0]?.extents ?? [];
  await lab.sim.changeHost("esx1.sim", { scratch: "prod", coreDump: lun ?? "" });
  expect((await refusals()).sort()).toEqual(["esx1.sim: CoreDump", "esx1.sim: HostFolder"]);
  await lab.sim.changeHost("esx1.sim", { scratch: "", coreDump: "" });
});

test("an image in the drive of a VM that lies elsewhere", async () => {
  await lab.sim.changeVm("elsewhere", { iso: "[prod] iso/setup.iso" });
  expect(await refusals()).toEqual(["elsewhere: ImageInUse"]);
  await lab.sim.changeVm("elsewhere", { iso: "" });
});

test("a VM of the cluster's own services, and one with files elsewhere", async () => {
  await lab.sim.addVm({ name: "vCLS-0a1b", datastore: "prod", managedBy: "com.vmware.vim.eam" });
  await lab.sim.addVm({ name: "wide", datastore: "prod" });
  await lab.sim.changeVm("wide", { disk: { datastore: "other" } });
  expect(await refusals()).toEqual(["wide: FilesElsewhere", "vCLS-0a1b: ClusterService"]);
  await lab.sim.deleteVm("vCLS-0a1b");
  await lab.sim.deleteVm("wide");
});

test("fault tolerance", async () => {
  await lab.sim.addVm({ name: "ft", datastore: "prod" });
  await lab.sim.changeVm("ft", { ft: true });
  expect(await refusals()).toEqual(["ft: FaultTolerance"]);
  await lab.sim.deleteVm("ft");
});

test("vCenter itself and our own machine, by name or by network card", async () => {
  const vcenter = { names: ["VM001.lab", "10.0.0.9"], macs: [] };
  expect(await refusals({ vcenter: { ...vcenter, names: ["VM001"] } })).toEqual(["vm001: VCenterItself"]);
  expect(await refusals({ vcenter: { ...vcenter, names: ["localhost"] } })).toEqual([]);
  const inventory = await lab.inventory();
  const facts = await readReleaseFacts(lab.vcenter.session, inventory);
  const thisMachine = { names: [], macs: ["00:50:56:aa:bb:cc"] };
  const vms = inventory.vms.map((vm) => (vm.name === "vm002" ? { ...vm, macs: ["00:50:56:aa:bb:cc"] } : vm));
  const found = planRelease({ ...inventory, vms }, { ...facts, thisMachine }).refusals;
  expect(found).toMatchObject([{ rule: "ThisMachine", name: "vm002" }]);
});

test("rights that are missing on hosts and VMs, and in their folders and pools", async () => {
  await lab.sim.denyPrivileges("Host.Config.Storage", "VirtualMachine.Inventory.Unregister");
  expect(await refusals()).toEqual(["esx1.sim: Rights", "esx2.sim: Rights", "vm001: Rights", "vm002: Rights"]);
  // Without these the VMs could be taken out of the inventory, and not put back.
  await lab.sim.denyPrivileges("VirtualMachine.Inventory.Register");
  expect(await refusals()).toEqual(["vm001: Rights", "vm002: Rights"]);
  await lab.sim.denyPrivileges("Resource.AssignVMToPool");
  expect(await refusals()).toEqual(["vm001: Rights", "vm002: Rights"]);
  await lab.sim.denyPrivileges();
});

test("a VM on which a task runs", async () => {
  const vm = named((await lab.inventory()).vms, "vm001");
  const target = (await lab.sim.state()).datastores.find(({ name }) => name === "prod")?.ref ?? "";
  await lab.sim.fault({ kind: "taskHang", match: { vm: "vm001" } });
  const spec = group("spec", refElement("datastore", { type: "Datastore", id: target }));
  const task = await lab.vcenter.start("RelocateVM_Task", vm.ref, [spec]);
  expect(await refusals()).toEqual(["vm001: VmBusy"]);
  await lab.sim.clearFaults();
  await lab.vcenter.outcome(task, "RelocateVM_Task");
});
