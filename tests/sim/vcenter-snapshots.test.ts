import { afterEach, beforeEach, expect, test } from "vitest";
import { faultName, type Ref, ref, refOf, SoapClient, type Xml } from "./vcenter/soapClient.ts";
import { type SimulatedVcenter, startVcenter } from "./vcenter/start.ts";
import type { VmView } from "./vcenter/view.ts";

let vcenter: SimulatedVcenter;
let client: SoapClient;
beforeEach(async () => {
  vcenter = await startVcenter({ vms: 4, hosts: 2, taskMs: 20 });
  client = new SoapClient(vcenter.url);
  await client.login(vcenter.user, vcenter.password);
});
afterEach(async () => {
  client.close();
  await vcenter.stop();
});

const windowsSpec = '<quiesceSpec xsi:type="VirtualMachineWindowsQuiesceSpec"><timeout>5</timeout></quiesceSpec>';

async function snapshot(vm: Ref, name: string, { memory = false, quiesce = false } = {}): Promise<Ref> {
  const args = `<name>${name}</name><memory>${memory}</memory>${quiesce ? windowsSpec : ""}`;
  return refOf((await client.task("CreateSnapshotEx_Task", vm, args)).result);
}

const remove = (one: Ref, children = false) =>
  client.task("RemoveSnapshot_Task", one, `<removeChildren>${children}</removeChildren>`);

async function view(name: string): Promise<VmView> {
  const found = (await vcenter.state()).vms.find((vm) => vm.name === name);
  if (!found) throw new Error(`no VM ${name}`);
  return found;
}

const disk = async (name: string) => (await view(name)).disks[0];

test("after a snapshot the VM writes to a delta file, and vmsn and vmdk lie in its folder", async () => {
  const vm = await client.vm("vm001");
  const made = await snapshot(vm, "first");
  const seen = await client.get(vm, "snapshot", "layoutEx", "config.hardware.device");
  expect(refOf(seen.snapshot.currentSnapshot)).toEqual(made);
  const backing = seen["config.hardware.device"].find((device: Xml) => device.key === "2000").backing;
  expect(backing.fileName).toBe("[ds-vmstore] vm001/vm001-000001.vmdk");
  expect(backing.parent.fileName).toBe("[ds-vmstore] vm001/vm001.vmdk");
  const files = seen.layoutEx.file.map(({ name, type }: Xml) => [name, type]);
  expect(files).toContainEqual(["[ds-vmstore] vm001/vm001-Snapshot1.vmsn", "snapshotData"]);
  expect(files).toContainEqual(["[ds-vmstore] vm001/vm001-000001-sesparse.vmdk", "diskExtent"]);
  const browser = refOf((await client.all("Datastore", ["browser"]))[0]?.props.browser);
  const info = await client.task(
    "SearchDatastoreSubFolders_Task",
    browser,
    "<datastorePath>[ds-vmstore] vm001</datastorePath><searchSpec><matchPattern>*0001*</matchPattern></searchSpec>",
  );
  const [folder] = [info.result.HostDatastoreBrowserSearchResults].flat();
  expect(folder.folderPath).toBe("[ds-vmstore] vm001/");
  expect(folder.file.map(({ path }: Xml) => path)).toEqual(["vm001-000001.vmdk"]);
});

test("a task lasts as long as it is set to, and what is in flight is counted", async () => {
  await vcenter.settings({ taskMs: 300 });
  const names = ["vm001", "vm002", "vm003"];
  const begun = Date.now();
  await Promise.all(names.map(async (name) => snapshot(await client.vm(name), "s")));
  expect(Date.now() - begun).toBeGreaterThanOrEqual(300);
  const { tasks } = await vcenter.state();
  expect(tasks).toMatchObject({ inFlight: 0, peak: 3, peakByKind: { createSnapshot: 3 } });
  expect(tasks.peakByKindAndHost.createSnapshot).toEqual({ "esx1.sim": 2, "esx2.sim": 1 });
});

test("a second task on a VM that is busy is refused", async () => {
  await vcenter.settings({ taskMs: 300 });
  const vm = await client.vm("vm001");
  const both = ["a", "b"].map((name) => faultName(snapshot(vm, name)));
  expect((await Promise.all(both)).sort()).toEqual(["TaskInProgress", "none"]);
});

test("removing merges what was written, whatever the order", async () => {
  const vm = await client.vm("vm001");
  const first = await snapshot(vm, "first");
  await vcenter.changeVm("vm001", { data: "one" });
  const second = await snapshot(vm, "second");
  await vcenter.changeVm("vm001", { data: "two" });
  expect((await disk("vm001"))?.chain).toHaveLength(3);
  await remove(first);
  expect(await disk("vm001")).toMatchObject({ data: "two", files: ["vm001/vm001.vmdk", "vm001/vm001-000002.vmdk"] });
  const { snapshot: tree } = await client.get(vm, "snapshot");
  expect([tree.rootSnapshotList].flat().map(({ name }: Xml) => name)).toEqual(["second"]);
  await remove(second);
  expect(await disk("vm001")).toMatchObject({ data: "two", files: ["vm001/vm001.vmdk"] });
  expect((await client.get(vm, "snapshot")).snapshot).toBeUndefined();
  expect(await faultName(remove(second))).toBe("ManagedObjectNotFound");
});

test("removing with children takes the whole branch", async () => {
  const vm = await client.vm("vm001");
  const first = await snapshot(vm, "first");
  await snapshot(vm, "second");
  await remove(first, true);
  expect((await view("vm001")).snapshots).toEqual([]);
});

test("a revert brings back what the disk held, and the power state that the snapshot knows", async () => {
  const vm = await client.vm("vm001");
  const cold = await snapshot(vm, "cold");
  await vcenter.changeVm("vm001", { data: "later" });
  await client.task("RevertToSnapshot_Task", cold);
  expect(await view("vm001")).toMatchObject({ power: "poweredOff", disks: [{ data: "installed" }] });
  await client.task("PowerOnVM_Task", vm);
  const warm = await snapshot(vm, "warm", { memory: true });
  await vcenter.changeVm("vm001", { power: "poweredOff", data: "much later" });
  await client.task("RevertToSnapshot_Task", warm);
  expect(await view("vm001")).toMatchObject({ power: "poweredOn", disks: [{ data: "installed" }] });
});

test("a root snapshot that has a branch beside the current one can be removed", async () => {
  const vm = await client.vm("vm001");
  const root = await snapshot(vm, "root");
  await vcenter.changeVm("vm001", { data: "branch" });
  await snapshot(vm, "branch");
  await client.task("RevertToSnapshot_Task", root);
  await remove(root);
  const { snapshots, disks } = await view("vm001");
  expect(snapshots.map(({ name, parent }) => [name, parent])).toEqual([["branch", 0]]);
  expect(disks[0]?.data).toBe("installed");
});

test("quiesced only where Tools run, silently not elsewhere", async () => {
  await vcenter.changeVm("vm002", { tools: "notInstalled" });
  await vcenter.changeVm("vm003", { power: "poweredOff" });
  for (const name of ["vm001", "vm002", "vm003"]) await snapshot(await client.vm(name), "q", { quiesce: true });
  const quiesced = (await vcenter.state()).vms.flatMap((vm) => vm.snapshots.map((one) => [vm.name, one.quiesced]));
  expect(quiesced).toEqual([
    ["vm001", true],
    ["vm002", false],
    ["vm003", false],
  ]);
});

test("a guest that cannot be frozen leaves no snapshot, and only a quiesced one fails", async () => {
  await vcenter.fault({ kind: "quiesceFails", match: { vm: "vm001" }, times: 0 });
  const vm = await client.vm("vm001");
  expect(await faultName(snapshot(vm, "q", { quiesce: true }))).toBe("ApplicationQuiesceFault");
  expect((await view("vm001")).snapshots).toEqual([]);
  expect(await faultName(snapshot(vm, "plain"))).toBe("none");
});

test("a consolidation that fails is told, and can be made up for", async () => {
  await vcenter.fault({ kind: "consolidationFails", match: { vm: "vm001" } });
  const vm = await client.vm("vm001");
  await remove(await snapshot(vm, "s"));
  expect((await client.get(vm, "runtime.consolidationNeeded"))["runtime.consolidationNeeded"]).toBe("true");
  await client.task("ConsolidateVMDisks_Task", vm);
  expect(await view("vm001")).toMatchObject({ consolidationNeeded: false, disks: [{ files: ["vm001/vm001.vmdk"] }] });
});

test("what vSphere cannot snapshot is refused or left out", async () => {
  await vcenter.changeVm("vm001", { busSharing: "physicalSharing" });
  await vcenter.changeVm("vm002", { ft: true });
  await vcenter.changeVm("vm003", { disk: { rdm: "physicalMode", rdmNaa: "6e843b60000000000000000000000009" } });
  await vcenter.addSnapshot({ vm: "vm004", count: 32 });
  const outcomes = ["vm001", "vm002", "vm003", "vm004"].map(async (name) =>
    faultName(snapshot(await client.vm(name), "s")),
  );
  expect(await Promise.all(outcomes)).toEqual(["SnapshotFault", "SnapshotFault", "none", "TooManySnapshotLevels"]);
  expect((await view("vm003")).disks.map(({ chain }) => chain.length)).toEqual([2, 1]);
});

test("a task that hangs can be cancelled, one that is done cannot", async () => {
  await vcenter.fault({ kind: "taskHang", match: { task: "createSnapshot" } });
  const vm = await client.vm("vm001");
  const args = "<name>s</name><memory>false</memory>";
  const task = refOf((await client.call("CreateSnapshotEx_Task", vm, args))[0]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await client.get(task, "info.state"))["info.state"]).toBe("running");
  await client.call("CancelTask", task);
  expect(await faultName(client.taskEnd(task))).toBe("RequestCanceled");
  expect(await faultName(client.call("CancelTask", task))).toBe("InvalidState");
  expect((await view("vm001")).snapshots).toEqual([]);
});

test("a user's own snapshot keeps its place beneath ours", async () => {
  await vcenter.addSnapshot({ vm: "vm001", name: "before update" });
  const ours = await snapshot(await client.vm("vm001"), "ours");
  await remove(ours);
  expect((await view("vm001")).snapshots).toMatchObject([{ name: "before update", current: true }]);
  expect(ref("VirtualMachineSnapshot", (await view("vm001")).snapshots[0]?.ref ?? "")).not.toEqual(ours);
});
