import { afterEach, beforeEach, expect, test } from "vitest";
import { reattach } from "../../../ts-core/vmware/reattach.ts";
import { release } from "../../../ts-core/vmware/release.ts";
import { type ReleaseRecord, recordRelease } from "../../../ts-core/vmware/releaseRecord.ts";
import { startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
let record: ReleaseRecord;
beforeEach(async () => {
  lab = await startLab({ vms: 4, hosts: 2 });
  record = await recordRelease(lab.vcenter.session, await lab.inventory());
});
afterEach(() => lab.stop());

const registeredOn = async () =>
  Object.fromEntries((await lab.sim.state()).vms.map(({ name, registered, host }) => [name, registered && host]));

test("folder, pool and host that are gone: VMs are registered beside them, and that is told", async () => {
  await release(lab.vcenter, record, { guestMs: 500 });
  const gone = { type: "HostSystem", id: "host-gone" };
  const vms = record.vms.map((vm) => {
    if (vm.name === "vm001") return { ...vm, folder: { type: "Folder", id: "group-gone" } };
    if (vm.name === "vm002") return { ...vm, pool: { type: "ResourcePool", id: "resgroup-gone" } };
    return vm.name === "vm003" ? { ...vm, host: gone } : vm;
  });
  const [first] = record.hosts;
  if (!first) throw new Error("no host");
  const hosts = [...record.hosts, { ...first, ref: gone, name: "esx9.sim" }];
  const { lost, registered, missing } = await reattach(lab.vcenter, { ...record, vms, hosts });
  expect([registered.length, missing]).toEqual([4, []]);
  expect(lost).toEqual([
    "Host esx9.sim is no longer in vCenter",
    "VM 'vm001' is in another folder, as its own is gone",
    "VM 'vm002' is in another resource pool, as its own is gone",
    "VM 'vm003' is on another host",
  ]);
});

test("a host that is down stops neither the others nor the VMs, and is taken back later", async () => {
  await release(lab.vcenter, record, { guestMs: 500 });
  await lab.sim.changeHost("esx2.sim", { connection: "notResponding" });
  await expect(reattach(lab.vcenter, record)).rejects.toMatchObject({ code: "VCenterRefused" });
  expect(await registeredOn()).toEqual({ vm001: "esx1.sim", vm002: "esx1.sim", vm003: "esx1.sim", vm004: "esx1.sim" });
  await lab.sim.changeHost("esx2.sim", { connection: "connected" });
  const { lost } = await reattach(lab.vcenter, record);
  expect(lost).toEqual(["VM 'vm002' is on another host", "VM 'vm004' is on another host"]);
  expect((await lab.sim.state()).hosts.map(({ detached, mounted }) => [detached, mounted])).toEqual([
    [[], ["ds-vmstore"]],
    [[], ["ds-vmstore"]],
  ]);
});

test("what was detached or unmounted before stays so", async () => {
  await release(lab.vcenter, record, { guestMs: 500 });
  const hosts = record.hosts.map((host) => {
    return host.name === "esx2.sim" ? { ...host, attached: false, mounted: [] } : host;
  });
  await reattach(lab.vcenter, { ...record, hosts });
  expect((await lab.sim.state()).hosts.map(({ detached }) => detached)).toEqual([[], [record.naa]]);
});
