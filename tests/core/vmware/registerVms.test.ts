import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { rescan } from "../../../ts-core/vmware/hostStorage.ts";
import { readInventory } from "../../../ts-core/vmware/inventory.ts";
import { type Reattached, reattach } from "../../../ts-core/vmware/reattach.ts";
import { release } from "../../../ts-core/vmware/release.ts";
import { type ReleaseRecord, recordRelease } from "../../../ts-core/vmware/releaseRecord.ts";
import { element, group, refElement } from "../../../ts-core/vmware/soap.ts";
import { type SimulatedNas, startNas } from "../../sim/nas/start.ts";
import { NasCgi } from "../../sim/vcenter/nasCgi.ts";
import { named, startLab, type VmwareLab } from "./lab.ts";

let nas: SimulatedNas;
let cgi: NasCgi;
let lab: VmwareLab;
beforeAll(async () => {
  nas = await startNas();
  cgi = await NasCgi.login(nas);
});
afterAll(() => nas.stop());
beforeEach(async () => {
  await nas.addLun({ name: "vmstore", sizeGiB: 1 });
  await nas.addLun({ name: "second", sizeGiB: 1 });
  const datastores = { prod: "vmstore", other: "second" };
  lab = await startLab({ vms: 4, hosts: 2, nas: nas.control, datastores });
});
afterEach(async () => {
  await lab.stop();
  for (const { name } of (await nas.state()).luns) await nas.removeLun(name);
});

async function inventory() {
  const naa = (await nas.state()).luns.find(({ name }) => name === "vmstore")?.naa ?? "";
  return readInventory(lab.vcenter.session, naa);
}

const recordNow = async () => recordRelease(lab.vcenter.session, await inventory());

async function revertTo(snapshot: number, record: ReleaseRecord, paths?: ReadonlyMap<string, string>) {
  await release(lab.vcenter, record, { guestMs: 500 });
  await cgi.revert(snapshot);
  return reattach(lab.vcenter, record, paths ? { pathsByInstanceUuid: paths } : {});
}

const names = ({ registered }: Reattached) => registered.map(({ name }) => name).sort();

test("after a revert: old disks; who is not in it is missing, who was not registered is named and not added", async () => {
  await lab.sim.changeVm("vm001", { data: "monday" });
  await lab.sim.addSnapshot({ vm: "vm001", name: "before update" });
  const snapshot = await cgi.snapshot("vmstore", "monday");
  await lab.sim.changeVm("vm001", { data: "broken" });
  await lab.sim.deleteVm("vm002");
  await lab.sim.deleteVm("vm003", "keep");
  await lab.sim.addVm({ name: "newcomer" });
  const told = await revertTo(snapshot, await recordNow());
  expect(names(told)).toEqual(["vm001", "vm004"]);
  expect(told.missing).toMatchObject([{ name: "newcomer", path: "[prod] newcomer/newcomer.vmx" }]);
  expect(told.unregistered).toEqual(["[prod] vm002/vm002.vmx", "[prod] vm003/vm003.vmx"]);
  const { vms, datastores } = await lab.sim.state();
  expect(vms.find(({ name }) => name === "vm001")).toMatchObject({
    disks: [{ data: "monday" }],
    snapshots: [{ name: "before update" }],
  });
  expect(datastores.map(({ corrupt }) => corrupt)).toEqual([false, false]);
});

test("a datastore that was renamed since has its old name again, and its VMs are found by that", async () => {
  const snapshot = await cgi.snapshot("vmstore", "before the name");
  const [store] = (await inventory()).datastores;
  if (!store) throw new Error("no datastore");
  await lab.vcenter.run("Rename_Task", store.ref, [element("newName", "production")]);
  const told = await revertTo(snapshot, await recordNow());
  expect(names(told)).toEqual(["vm001", "vm002", "vm003", "vm004"]);
  expect(told.lost).toEqual(["Datastore 'production' is called 'prod'"]);
});

test("a VM that lay in another folder of the datastore is registered from there", async () => {
  const snapshot = await cgi.snapshot("vmstore", "before the move");
  const record = await recordNow();
  const moved = record.vms.map((vm) => (vm.name === "vm001" ? { ...vm, path: "[prod] moved/moved.vmx" } : vm));
  const then = new Map(record.vms.map(({ instanceUuid, path }) => [instanceUuid, path]));
  const told = await revertTo(snapshot, { ...record, vms: moved }, then);
  expect(told).toMatchObject({ missing: [], unregistered: [], lost: [] });
  expect(names(told)).toEqual(["vm001", "vm002", "vm003", "vm004"]);
});

test("a VM that was moved to another datastore meanwhile is not registered twice", async () => {
  const record = await recordNow();
  const target = {
    type: "Datastore",
    id: (await lab.sim.state()).datastores.find((one) => one.name === "other")?.ref ?? "",
  };
  const spec = group("spec", refElement("datastore", target));
  await lab.vcenter.run("RelocateVM_Task", named((await inventory()).vms, "vm001").ref, [spec]);
  await release(lab.vcenter, record, { guestMs: 500 });
  const told = await reattach(lab.vcenter, record);
  expect(told.missing).toEqual([
    { name: "vm001", path: "[prod] vm001/vm001.vmx", reason: "it is registered from [other] vm001/vm001.vmx" },
  ]);
  expect((await lab.sim.state()).vms.filter(({ name }) => name === "vm001")).toHaveLength(1);
});

test("a VM whose name somebody has taken is missing with that reason; it is tried twice", async () => {
  const record = await recordNow();
  await release(lab.vcenter, record, { guestMs: 500 });
  await lab.sim.addVm({ name: "vm002", datastore: "other" });
  const told = await reattach(lab.vcenter, record);
  expect(names(told)).toEqual(["vm001", "vm003", "vm004"]);
  expect(told.missing).toMatchObject([{ name: "vm002", reason: expect.stringContaining("DuplicateName") }]);
  expect((await lab.sim.counts()).RegisterVM_Task).toBe(5);
});

test("files that are still locked are waited for", async () => {
  const record = await recordNow();
  await release(lab.vcenter, record, { guestMs: 500 });
  await lab.sim.fault({ kind: "taskFault", fault: "FileLocked", match: { task: "registerVm" }, times: 6 });
  const told = await reattach(lab.vcenter, record);
  expect(told).toMatchObject({ missing: [], lost: [] });
  expect(names(told)).toEqual(["vm001", "vm002", "vm003", "vm004"]);
});

test("a LUN that the hosts have forgotten meanwhile is found again and attached", async () => {
  const record = await recordNow();
  await release(lab.vcenter, record, { guestMs: 500 });
  await cgi.show("vmstore", false);
  for (const host of record.hosts) await rescan(lab.vcenter.session, host);
  const seen = async () => (await lab.sim.state()).hosts.map(({ luns }) => luns.map(({ name }) => name));
  expect(await seen()).toEqual([["second"], ["second"]]);
  await cgi.show("vmstore", true);
  expect(names(await reattach(lab.vcenter, record))).toEqual(["vm001", "vm002", "vm003", "vm004"]);
  expect((await lab.sim.state()).hosts.map(({ detached }) => detached)).toEqual([[], []]);
});

test("a clone of the LUN beside it is never taken for it", async () => {
  const snapshot = await cgi.snapshot("vmstore", "for a clone");
  const record = await recordNow();
  await release(lab.vcenter, record, { guestMs: 500 });
  await cgi.clone(snapshot, "copy", "vmstore");
  const told = await reattach(lab.vcenter, record);
  expect(names(told)).toEqual(["vm001", "vm002", "vm003", "vm004"]);
  const { datastores } = await lab.sim.state();
  expect(datastores.find(({ name }) => name === "prod")?.extents).toEqual([record.naa]);
});
