import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type SimulatedNas, startNas } from "./nas/start.ts";
import { NasCgi } from "./vcenter/nasCgi.ts";
import { faultName, type Ref, refOf, SoapClient, tag, type Xml } from "./vcenter/soapClient.ts";
import { type SimulatedVcenter, startVcenter } from "./vcenter/start.ts";
import type { VmView } from "./vcenter/view.ts";

let nas: SimulatedNas;
let cgi: NasCgi;
let vcenter: SimulatedVcenter;
let client: SoapClient;
beforeAll(async () => {
  nas = await startNas();
  cgi = await NasCgi.login(nas);
});
afterAll(() => nas.stop());
beforeEach(async () => {
  for (const name of ["vmstore", "second", "third"]) await nas.addLun({ name, sizeGiB: 1 });
  vcenter = await startVcenter({ vms: 4, hosts: 2, taskMs: 20, nas: nas.control, datastores: { prod: "vmstore" } });
  client = new SoapClient(vcenter.url);
  await client.login(vcenter.user, vcenter.password);
});
afterEach(async () => {
  client.close();
  await vcenter.stop();
  for (const { name } of (await nas.state()).luns) await nas.removeLun(name);
});

const naa = async () => (await nas.state()).luns.find(({ name }) => name === "vmstore")?.naa ?? "";
const lunUuid = async () => `<lunUuid>0200000000${await naa()}695343534920</lunUuid>`;

interface Host {
  name: string;
  storage: Ref;
  ref: Ref;
}

async function hosts(): Promise<Host[]> {
  const found = await client.all("HostSystem", ["name", "configManager.storageSystem"]);
  return found.map((one) => ({
    name: one.props.name,
    ref: one.ref,
    storage: refOf(one.props["configManager.storageSystem"]),
  }));
}

async function datastore(name: string): Promise<{ ref: Ref; uuid: string; info: Xml }> {
  const found = (await client.all("Datastore", ["name", "info"])).find(({ props }) => props.name === name);
  if (!found) throw new Error(`no datastore ${name}`);
  return { ref: found.ref, uuid: found.props.info.vmfs.uuid, info: found.props.info };
}

const registered = async () => (await vcenter.state()).vms.filter((vm) => vm.registered);

async function unregisterAll(): Promise<VmView[]> {
  const vms = await registered();
  for (const { ref: value, power } of vms) {
    const vm = { type: "VirtualMachine", value };
    if (power === "poweredOn") await client.task("PowerOffVM_Task", vm);
    await client.call("UnregisterVM", vm);
  }
  return vms;
}

async function release(uuid: string): Promise<void> {
  for (const { storage } of await hosts()) {
    await client.call("UnmountVmfsVolume", storage, `<vmfsUuid>${uuid}</vmfsUuid>`);
    await client.call("DetachScsiLun", storage, await lunUuid());
  }
}

async function takeBack(uuid: string): Promise<void> {
  for (const { storage } of await hosts()) {
    await client.call("AttachScsiLun", storage, await lunUuid());
    await client.call("RescanAllHba", storage);
    await client.call("RescanVmfs", storage);
    await client.call("MountVmfsVolume", storage, `<vmfsUuid>${uuid}</vmfsUuid>`);
  }
}

async function register(vm: VmView): Promise<Ref> {
  const host = (await hosts()).find(({ name }) => name === vm.host);
  if (!host) throw new Error(`no host ${vm.host}`);
  const args = [
    `<path>${vm.vmx}</path><name>${vm.name}</name><asTemplate>false</asTemplate>`,
    tag("pool", { type: "ResourcePool", value: vm.pool }),
    tag("host", host.ref),
  ];
  const info = await client.task("RegisterVM_Task", { type: "Folder", value: vm.folder }, args.join(""));
  return refOf(info.result);
}

test("a LUN put back on the NAS brings the old VMs back: files, disks and snapshots", async () => {
  const { uuid } = await datastore("prod");
  const vm = await client.vm("vm001");
  await vcenter.changeVm("vm001", { data: "monday" });
  await client.task("CreateSnapshot_Task", vm, "<name>s</name><memory>false</memory><quiesce>true</quiesce>");
  const snapshotId = await cgi.snapshot("vmstore", "friday");
  await vcenter.changeVm("vm001", { data: "broken" });
  await vcenter.deleteVm("vm002");
  await vcenter.addVm({ name: "newcomer" });
  const before = await unregisterAll();
  await release(uuid);
  await cgi.revert(snapshotId);
  await takeBack(uuid);
  expect((await vcenter.state()).vms.map(({ name, registered }) => [name, registered])).toEqual([
    ["vm001", false],
    ["vm002", false],
    ["vm003", false],
    ["vm004", false],
  ]);
  const again = await register(before.find(({ name }) => name === "vm001") as VmView);
  const [restored] = await registered();
  expect(again.value).not.toBe(vm.value);
  expect(restored).toMatchObject({ name: "vm001", power: "poweredOff", disks: [{ data: "monday" }] });
  expect(restored?.instanceUuid).toBe(before.find(({ name }) => name === "vm001")?.instanceUuid);
  expect(restored?.snapshots).toMatchObject([{ name: "s", quiesced: true }]);
  const newcomer = before.find(({ name }) => name === "newcomer") as VmView;
  expect(await faultName(register(newcomer))).toBe("NotFound");
});

test("the datastore leaves with its LUN and returns under another moref", async () => {
  const before = await datastore("prod");
  await unregisterAll();
  await release(before.uuid);
  expect(await client.all("Datastore", ["name"])).toEqual([]);
  await takeBack(before.uuid);
  const after = await datastore("prod");
  expect(after.uuid).toBe(before.uuid);
  expect(after.ref).not.toEqual(before.ref);
});

test("what is in use is not given up", async () => {
  const { uuid } = await datastore("prod");
  const [first] = await hosts();
  if (!first) throw new Error("no host");
  const unmount = () => faultName(client.call("UnmountVmfsVolume", first.storage, `<vmfsUuid>${uuid}</vmfsUuid>`));
  const detach = async () => faultName(client.call("DetachScsiLun", first.storage, await lunUuid()));
  expect(await unmount()).toBe("ResourceInUse");
  expect(await detach()).toBe("ResourceInUse");
  await unregisterAll();
  for (const change of [{ sioc: true }, { heartbeat: true }, { cluster: true }]) {
    await vcenter.changeDatastore("prod", change);
    expect(await unmount()).toBe("ResourceInUse");
    await vcenter.changeDatastore("prod", { sioc: false, heartbeat: false, cluster: false });
  }
  await vcenter.changeHost("esx1.sim", { scratch: "prod" });
  expect(await unmount()).toBe("ResourceInUse");
  await vcenter.changeHost("esx1.sim", { scratch: "" });
  await vcenter.changeHost("esx1.sim", { connection: "notResponding" });
  expect(await unmount()).toBe("HostNotConnected");
  await vcenter.changeHost("esx1.sim", { connection: "connected" });
  expect(await unmount()).toBe("none");
  expect(await unmount()).toBe("InvalidState");
  expect(await detach()).toBe("none");
  expect(await detach()).toBe("InvalidState");
  expect(await faultName(client.call("DetachScsiLun", first.storage, "<lunUuid>0200</lunUuid>"))).toBe("NotFound");
});

test("bytes that change beneath a mounted datastore are a corrupt file system", async () => {
  const snapshotId = await cgi.snapshot("vmstore", "beneath");
  await vcenter.changeVm("vm001", { data: "after" });
  await nas.quirk("recoverRefusedWhen", "never");
  await cgi.revert(snapshotId);
  expect((await vcenter.state()).datastores).toMatchObject([{ name: "prod", corrupt: true }]);
});

test("a clone is an unresolved copy: beside its original it can only be resignatured", async () => {
  const snapshotId = await cgi.snapshot("vmstore", "for-clone");
  await cgi.clone(snapshotId, "copy", "vmstore");
  const [first, second] = await hosts();
  if (!first || !second) throw new Error("no hosts");
  await client.call("RescanAllHba", first.storage);
  const [copy] = await client.call("QueryUnresolvedVmfsVolume", first.storage);
  expect(copy).toMatchObject({ vmfsLabel: "prod", resolveStatus: { resolvable: "true" } });
  const resolve = (how: string) =>
    client.call(
      "ResolveMultipleUnresolvedVmfsVolumes",
      first.storage,
      `<resolutionSpec><extentDevicePath>${copy.extent.devicePath}</extentDevicePath><uuidResolution>${how}</uuidResolution></resolutionSpec>`,
    );
  const [refused] = await resolve("forceMount");
  expect(refused.fault.fault["@xsi:type"]).toBe("VmfsAlreadyMounted");
  const [resolved] = await resolve("resignature");
  expect(resolved.vmfs.name).toMatch(/^snap-[0-9a-f]{8}-prod$/);
  expect(resolved.vmfs.uuid).not.toBe(copy.vmfsUuid);
  const mountedOn = async () =>
    (await vcenter.state()).hosts.filter(({ mounted }) => mounted.includes(resolved.vmfs.name)).map(({ name }) => name);
  expect(await mountedOn()).toEqual([first.name]);
  await client.call("RescanAllHba", second.storage);
  await client.call("RescanVmfs", second.storage);
  expect(await mountedOn()).toEqual([first.name, second.name]);
  const vms = (await vcenter.state()).vms.filter(({ datastore }) => datastore === resolved.vmfs.name);
  expect(vms.map(({ vmx, registered }) => [vmx, registered])).toContainEqual([
    `[${resolved.vmfs.name}] vm001/vm001.vmx`,
    false,
  ]);
});

test("a LUN that returns under another NAA is a copy, and can be mounted under its old signature host by host", async () => {
  const { uuid } = await datastore("prod");
  const snapshotId = await cgi.snapshot("vmstore", "before-naa");
  const before = await unregisterAll();
  await release(uuid);
  await nas.quirk("revertChangesNaa", true);
  await cgi.revert(snapshotId);
  await nas.quirk("revertChangesNaa", false);
  for (const { storage } of await hosts()) {
    await client.call("RescanAllHba", storage);
    const [copy] = await client.call("QueryUnresolvedVmfsVolume", storage);
    const args = `<resolutionSpec><extentDevicePath>${copy.extent.devicePath}</extentDevicePath><uuidResolution>forceMount</uuidResolution></resolutionSpec>`;
    const [result] = await client.call("ResolveMultipleUnresolvedVmfsVolumes", storage, args);
    expect(result.vmfs).toMatchObject({ uuid, name: "prod", extent: { diskName: `naa.${await naa()}` } });
  }
  expect((await vcenter.state()).hosts.map(({ mounted }) => mounted.filter((name) => name === "prod"))).toEqual([
    ["prod"],
    ["prod"],
  ]);
  await register(before.find(({ name }) => name === "vm001") as VmView);
  expect((await registered()).map(({ name, connection }) => [name, connection])).toEqual([["vm001", "connected"]]);
});

test("a NAS that was away and came back elsewhere is found again", async () => {
  const { storage } = (await hosts())[0] as Host;
  nas = await nas.restart();
  cgi = await NasCgi.login(nas);
  await client.call("RescanAllHba", storage);
  const states = async () => (await vcenter.state()).hosts[0]?.luns.map(({ name, state }) => [name, state]);
  expect(await states()).toEqual([["vmstore", "lostCommunication"]]);
  await vcenter.useNas(nas.control);
  await client.call("RescanAllHba", storage);
  expect(await states()).toContainEqual(["vmstore", "ok"]);
});

test("several LUNs are extents of one datastore", async () => {
  const other = await startVcenter({ vms: 0, hosts: 1, nas: nas.control, datastores: { wide: ["second", "third"] } });
  const { datastores } = await other.state();
  expect(datastores.find(({ name }) => name === "wide")?.extents).toHaveLength(2);
  await other.stop();
});

test("a LUN that the NAS takes away while it is in use is lost, and its VMs with it", async () => {
  await nas.removeLun("second");
  const { storage } = (await hosts())[0] as Host;
  await client.call("RescanAllHba", storage);
  const seen = async () => (await vcenter.state()).hosts[0]?.luns.map(({ name, state }) => [name, state]);
  expect(await seen()).not.toContainEqual(["second", "ok"]);
  await nas.removeLun("vmstore");
  await client.call("RescanAllHba", storage);
  expect(await seen()).toContainEqual(["vmstore", "lostCommunication"]);
  expect((await registered())[0]?.connection).toBe("inaccessible");
});
