import { afterAll, beforeAll, expect, test } from "vitest";
import { readInventory, vmsInside } from "../../../ts-core/vmware/inventory.ts";
import { movedBetween } from "../../../ts-core/vmware/placement.ts";
import { readVmsAgain } from "../../../ts-core/vmware/virtualMachines.ts";
import { named, startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
beforeAll(async () => {
  lab = await startLab({ vms: 3, hosts: 3, datastores: { prod: "lun1", other: "lun2" } });
});
afterAll(() => lab.stop());

test("datastores, hosts and VMs of a LUN are found by its NAA, and only those", async () => {
  const { hosts, datastores } = await lab.sim.state();
  await lab.sim.addVm({ name: "elsewhere", datastore: "other" });
  const inventory = await lab.inventory();
  expect(inventory.datastores.map(({ name, vmfsUuid }) => [name, vmfsUuid])).toEqual([["prod", datastores[0]?.uuid]]);
  expect(inventory.hosts.map(({ name }) => name)).toEqual(hosts.map(({ name }) => name));
  expect(inventory.hosts.every(({ luns }) => luns.length === 1 && luns[0]?.attached)).toBe(true);
  expect(inventory.vms.map(({ name }) => name).sort()).toEqual(["vm001", "vm002", "vm003"]);
});

test("an NAA that no datastore lies on", async () => {
  const nowhere = readInventory(lab.vcenter.session, "f".repeat(32));
  await expect(nowhere).rejects.toMatchObject({ code: "DatastoreNotFound" });
});

test("a VM as it is: guest, power, place, names with signs of their own", async () => {
  const name = `a "b" & <c> 100%/2\\3 'ü'`;
  await lab.sim.addVm({ name, datastore: "prod", guestId: "ubuntu64Guest", off: true, disks: 2 });
  const { vms } = await lab.sim.state();
  const told = vms.find((vm) => vm.guestId === "ubuntu64Guest" && vm.power === "poweredOff");
  const vm = named((await lab.inventory()).vms, name);
  expect(vm).toMatchObject({ guest: "Linux", power: "PoweredOff", template: false, path: told?.vmx });
  expect(vm.instanceUuid).toBe(told?.instanceUuid);
  expect(vm.folder?.id).toBe(told?.folder);
  expect(vm.disks).toHaveLength(2);
});

test("after VM snapshots the whole chain of a disk is seen", async () => {
  await lab.sim.addSnapshot({ vm: "vm001", count: 2 });
  const vm = named((await lab.inventory()).vms, "vm001");
  expect(vm.snapshotDepth).toBe(2);
  expect(vm.disks[0]?.paths).toHaveLength(3);
});

test("a VM that only has an image of the datastore in its drive is seen, but is not inside", async () => {
  await lab.sim.changeVm("elsewhere", { iso: "[prod] iso/setup.iso" });
  const inventory = await lab.inventory();
  expect(inventory.vms.map(({ name }) => name)).toContain("elsewhere");
  expect(vmsInside(inventory).map(({ name }) => name)).not.toContain("elsewhere");
});

test("what moved or went away meanwhile is told", async () => {
  const before = (await lab.inventory()).vms;
  await lab.sim.changeVm("vm002", { disk: { datastore: "other" } });
  await lab.sim.deleteVm("vm003");
  await lab.sim.changeVm("vm001", { host: (await lab.sim.state()).hosts[2]?.name ?? "" });
  const refs = before.map(({ ref }) => ref);
  const after = await readVmsAgain(lab.vcenter.session, refs);
  expect(movedBetween(before, after).map(({ name }) => name)).toEqual(["vm002", "vm003"]);
});
