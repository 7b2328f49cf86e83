import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { faultName, type Ref, ref, refOf, SoapClient, tag, type Xml } from "./vcenter/soapClient.ts";
import { type SimulatedVcenter, startVcenter } from "./vcenter/start.ts";
import type { VmView } from "./vcenter/view.ts";

let vcenter: SimulatedVcenter;
let client: SoapClient;
beforeEach(async () => {
  vcenter = await startVcenter({ vms: 2, hosts: 2, taskMs: 20, datastores: { prod: "one", other: "two" } });
  client = new SoapClient(vcenter.url);
  await client.login(vcenter.user, vcenter.password);
});
afterEach(async () => {
  client.close();
  await vcenter.stop();
});

const device = (devices: Xml[], type: string) => devices.filter((one) => one["@xsi:type"] === type);

async function cluster(): Promise<Ref> {
  return (await client.all("ClusterComputeResource", ["name"]))[0]?.ref as Ref;
}

async function registerAgain(vm: VmView | undefined): Promise<Ref> {
  const host = (await client.all("HostSystem", ["name"])).find(({ props }) => props.name === vm?.host);
  if (!vm || !host) throw new Error("no such VM or host");
  const args = `<path>${vm.vmx}</path><asTemplate>false</asTemplate>${tag("pool", ref("ResourcePool", vm.pool))}${tag("host", host.ref)}`;
  return refOf((await client.task("RegisterVM_Task", ref("Folder", vm.folder), args)).result);
}

async function unregister(vm: Ref): Promise<void> {
  await client.task("PowerOffVM_Task", vm);
  await client.call("UnregisterVM", vm);
}

test("datastores are VMFS volumes on NAA LUNs that every host sees", async () => {
  const stores = await client.all("Datastore", ["info", "host", "summary.type", "vm"]);
  const prod = stores.find(({ props }) => props.info.name === "prod")?.props;
  expect(prod["summary.type"]).toBe("VMFS");
  expect(prod.info.vmfs.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  expect(prod.host.map(({ mountInfo }: Xml) => mountInfo.mounted)).toEqual(["true", "true"]);
  expect(prod.vm).toHaveLength(2);
  const naa = prod.info.vmfs.extent.diskName;
  for (const { props } of await client.all("HostSystem", ["configManager.storageSystem"])) {
    const { "storageDeviceInfo.scsiLun": luns } = await client.get(
      refOf(props["configManager.storageSystem"]),
      "storageDeviceInfo.scsiLun",
    );
    const lun = luns.find(({ canonicalName }: Xml) => canonicalName === naa);
    expect(lun).toMatchObject({ operationalState: "ok", lunType: "disk", "@xsi:type": "HostScsiDisk" });
    expect(lun.uuid).toBe(`0200000000${naa.slice(4)}695343534920`);
  }
});

test("awkward hardware shows where clients look for it", async () => {
  await vcenter.changeDatastore("other", { files: ["iso/setup.iso"] });
  await vcenter.changeVm("vm001", {
    iso: "[other] iso/setup.iso",
    pci: true,
    busSharing: "virtualSharing",
    swap: "[other] vm001/vm001.vswp",
    disk: { datastore: "other", mode: "independent_persistent", sharing: "sharingMultiWriter" },
  });
  await vcenter.changeVm("vm002", { disk: { rdm: "virtualMode", rdmNaa: "6e843b60000000000000000000000002" } });
  const first = await client.get(
    await client.vm("vm001"),
    "config.hardware.device",
    "datastore",
    "runtime.faultToleranceState",
  );
  const devices = first["config.hardware.device"];
  expect(first.datastore).toHaveLength(2);
  expect(device(devices, "VirtualCdrom")[0].backing.fileName).toBe("[other] iso/setup.iso");
  expect(device(devices, "ParaVirtualSCSIController")[0].sharedBus).toBe("virtualSharing");
  expect(device(devices, "VirtualPCIPassthrough")).toHaveLength(1);
  expect(device(devices, "VirtualDisk")[1].backing).toMatchObject({
    fileName: "[other] vm001/vm001_1.vmdk",
    diskMode: "independent_persistent",
    sharing: "sharingMultiWriter",
  });
  await vcenter.changeVm("vm002", { mac: "00:50:56:00:00:02", ip: "192.0.2.2" });
  const second = await client.get(await client.vm("vm002"), "config.hardware.device", "guest.ipAddress");
  expect(second["guest.ipAddress"]).toBe("192.0.2.2");
  expect(device(second["config.hardware.device"], "VirtualVmxnet3")[0].macAddress).toBe("00:50:56:00:00:02");
  expect(device(second["config.hardware.device"], "VirtualDisk")[1].backing).toMatchObject({
    "@xsi:type": "VirtualDiskRawDiskMappingVer1BackingInfo",
    compatibilityMode: "virtualMode",
  });
});

test("templates, vCLS VMs, HA heartbeats, scratch and core dump", async () => {
  await vcenter.addVm({ name: "golden", template: true });
  await vcenter.addVm({ name: "vCLS-1", managedBy: "com.vmware.vim.eam" });
  await vcenter.changeDatastore("prod", { heartbeat: true, cluster: true });
  const golden = await client.get(await client.vm("golden"), "config.template", "resourcePool");
  expect(golden).toEqual({ "config.template": "true" });
  const agent = await client.get(await client.vm("vCLS-1"), "config.managedBy");
  expect(agent["config.managedBy"].extensionKey).toBe("com.vmware.vim.eam");
  const [info] = await client.call("RetrieveDasAdvancedRuntimeInfo", await cluster());
  const prod = (await client.all("Datastore", ["name", "parent"])).find(({ props }) => props.name === "prod");
  expect(refOf(info.heartbeatDatastoreInfo.datastore)).toEqual(prod?.ref);
  expect(prod?.props.parent["@type"]).toBe("StoragePod");
  const lun = (await vcenter.state()).datastores.find(({ name }) => name === "prod")?.extents[0] ?? "";
  await vcenter.changeHost("esx1.sim", { scratch: "prod", coreDump: lun });
  const paths = ["configManager.advancedOption", "config.activeDiagnosticPartition"];
  const host = (await client.all("HostSystem", paths))[0]?.props;
  expect(host["config.activeDiagnosticPartition"].id.diskName).toBe(`naa.${lun}`);
  const options = refOf(host["configManager.advancedOption"]);
  const [scratch] = await client.call("QueryOptions", options, "<name>ScratchConfig.CurrentScratchLocation</name>");
  expect(scratch.value["#"]).toMatch(/^\/vmfs\/volumes\/.*\.locker-esx1\.sim$/);
});

test("what hangs on the moref is lost when a VM is registered anew, its files are not", async () => {
  const vm = await client.vm("vm001");
  const fields = ref("CustomFieldsManager", "CustomFieldsManager");
  const [field] = await client.call("AddCustomFieldDef", fields, "<name>owner</name>");
  await client.call("SetField", fields, `${tag("entity", vm)}<key>${field.key}</key><value>finance</value>`);
  const rule = `<spec xsi:type="ClusterConfigSpecEx"><rulesSpec><operation>add</operation><info xsi:type="ClusterAntiAffinityRuleSpec"><enabled>true</enabled><name>apart</name>${tag("vm", vm)}${tag("vm", await client.vm("vm002"))}</info></rulesSpec></spec><modify>true</modify>`;
  await client.task("ReconfigureComputeResource_Task", await cluster(), rule);
  const ruled = async () => {
    const { configurationEx } = await client.get(await cluster(), "configurationEx");
    return [configurationEx.rule.vm].flat().map(refOf);
  };
  expect(await ruled()).toContainEqual(vm);
  expect((await vcenter.state()).vms[0]?.customValues).toEqual({ owner: "finance" });
  const [before] = (await vcenter.state()).vms;
  await unregister(vm);
  const again = await registerAgain(before);
  expect(again).not.toEqual(vm);
  expect((await vcenter.state()).vms[0]).toMatchObject({
    ref: again.value,
    instanceUuid: before?.instanceUuid,
    customValues: {},
  });
  expect(await ruled()).not.toContainEqual(vm);
  expect(await faultName(registerAgain(before))).toBe("AlreadyExists");
});

test("only what is off can be unregistered; a suspended VM comes back suspended", async () => {
  const vm = await client.vm("vm001");
  expect(await faultName(client.call("UnregisterVM", vm))).toBe("InvalidPowerState");
  await client.task("SuspendVM_Task", vm);
  expect(await faultName(client.task("SuspendVM_Task", vm))).toBe("InvalidPowerState");
  const { layoutEx } = await client.get(vm, "layoutEx");
  expect(layoutEx.file.map(({ type }: Xml) => type)).toContain("suspend");
});

test("privileges are granted unless taken away", async () => {
  await vcenter.denyPrivileges("Host.Config.Storage");
  const host = (await client.all("HostSystem", ["name"]))[0]?.ref as Ref;
  const args = `${tag("entity", host)}<sessionId>s</sessionId><privId>Host.Config.Storage</privId><privId>System.Read</privId>`;
  const [row] = await client.call("HasPrivilegeOnEntities", ref("AuthorizationManager", "AuthorizationManager"), args);
  expect(row.privAvailability.map(({ isGranted }: Xml) => isGranted)).toEqual(["false", "true"]);
});

test("a VM that moves shows its new place, and its task while it moves", async () => {
  const vm = await client.vm("vm001");
  const other = (await client.all("Datastore", ["name"])).find(({ props }) => props.name === "other");
  const [task] = await client.call("RelocateVM_Task", vm, `<spec>${tag("datastore", other?.ref as Ref)}</spec>`);
  const { recentTask } = await client.get(vm, "recentTask");
  expect(recentTask.map(refOf)).toContainEqual(refOf(task));
  expect((await client.get(refOf(task), "info")).info.descriptionId).toBe("VirtualMachine.relocate");
  await client.taskEnd(refOf(task));
  const { "config.files.vmPathName": path } = await client.get(vm, "config.files.vmPathName");
  expect(path).toBe("[other] vm001/vm001.vmx");
});

async function api(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const sent = request(`${new URL(vcenter.url).origin}/api/${path}`, { method, headers, rejectUnauthorized: false });
  sent.end(body === undefined ? "" : JSON.stringify(body));
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const said = await text(response);
  return { status: response.statusCode, value: said === "" ? undefined : JSON.parse(said) };
}

test("tags are told over REST, by moref: a VM that is registered anew has none", async () => {
  await vcenter.tag("gold", "vm001");
  expect((await api("GET", "cis/tagging/tag", {})).status).toBe(401);
  const login = Buffer.from(`${vcenter.user}:${vcenter.password}`).toString("base64");
  const { value: token } = await api("POST", "session", { authorization: `Basic ${login}` });
  const headers = { "vmware-api-session-id": token };
  const vm = await client.vm("vm001");
  const object_ids = [{ id: vm.value, type: "VirtualMachine" }];
  const path = "cis/tagging/tag-association?action=list-attached-tags-on-objects";
  const { value: attached } = await api("POST", path, headers, { object_ids });
  const [tagId] = attached[0].tag_ids;
  expect((await api("GET", `cis/tagging/tag/${tagId}`, headers)).value.name).toBe("gold");
  const [before] = (await vcenter.state()).vms;
  await unregister(vm);
  const again = await registerAgain(before);
  expect((await vcenter.state()).vms[0]?.tags).toEqual([]);
  const object_id = { id: again.value, type: "VirtualMachine" };
  const attach = `cis/tagging/tag-association/${tagId}?action=attach`;
  expect((await api("POST", attach, headers, { object_id })).status).toBe(204);
  expect((await vcenter.state()).vms[0]?.tags).toEqual(["gold"]);
});

test("events tell what was done to a VM", async () => {
  const vm = await client.vm("vm001");
  await unregister(vm);
  const events = await client.call("QueryEvents", ref("EventManager", "EventManager"), "<filter/>");
  expect(events.map((event) => event["@xsi:type"])).toEqual(
    expect.arrayContaining(["VmPoweredOffEvent", "VmRemovedEvent"]),
  );
});
