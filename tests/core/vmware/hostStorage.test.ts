import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDatastoresOn } from "../../../ts-core/vmware/datastores.ts";
import { attach, detach, mount, rescan, unmount, unresolvedOn } from "../../../ts-core/vmware/hostStorage.ts";
import { type Inventory, readInventory } from "../../../ts-core/vmware/inventory.ts";
import { powerOff } from "../../../ts-core/vmware/power.ts";
import { register, registeredOn, unregister } from "../../../ts-core/vmware/registration.ts";
import { named, startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
let inventory: Inventory;
beforeAll(async () => {
  lab = await startLab({ vms: 4, hosts: 2 });
  await lab.sim.addVm({ name: "golden", template: true });
  inventory = await lab.inventory();
});
afterAll(() => lab.stop());

const mountedOn = async () => (await lab.sim.state()).hosts.map(({ mounted }) => mounted);
const datastore = () => {
  const [first] = inventory.datastores;
  if (!first) throw new Error("no datastore");
  return { ...first, diskName: inventory.diskName };
};

test("a datastore with registered VMs is not unmounted, and the host says why", async () => {
  const [host] = inventory.hosts;
  if (!host) throw new Error("no host");
  await expect(unmount(lab.vcenter.session, host, datastore())).rejects.toMatchObject({ fault: "ResourceInUse" });
});

test("the LUN is given up on every host, each step twice without harm, also when an answer is lost", async () => {
  const { session } = lab.vcenter;
  await powerOff(lab.vcenter, inventory.vms, { guestMs: 2_500 });
  await lab.sim.reset();
  for (const vm of inventory.vms) await unregister(session, vm);
  for (const vm of inventory.vms) await unregister(session, vm);
  await lab.sim.fault({ kind: "dropAfter", match: { method: "UnmountVmfsVolume" } });
  for (const host of inventory.hosts) await unmount(session, host, datastore());
  for (const host of inventory.hosts) await unmount(session, host, datastore());
  await lab.sim.fault({ kind: "dropAfter", match: { method: "DetachScsiLun" } });
  for (const host of inventory.hosts) await detach(session, host, inventory.diskName);
  for (const host of inventory.hosts) await detach(session, host, inventory.diskName);
  const { hosts } = await lab.sim.state();
  expect(hosts.map(({ detached, mounted }) => [detached, mounted])).toEqual([
    [[inventory.naa], []],
    [[inventory.naa], []],
  ]);
  expect(await lab.sim.counts()).toMatchObject({ UnmountVmfsVolume: 2, DetachScsiLun: 2, UnregisterVM: 5 });
});

test("it is taken back: attached, mounted, VMs registered where they were", async () => {
  const { session } = lab.vcenter;
  for (const host of inventory.hosts) {
    for (let turn = 0; turn < 2; turn++) {
      await attach(session, host, inventory.diskName);
      await rescan(session, host);
      await mount(session, host, datastore());
    }
  }
  expect(await mountedOn()).toEqual([["ds-vmstore"], ["ds-vmstore"]]);
  const { datastores } = await lab.sim.state();
  const ref = { type: "Datastore", id: datastores[0]?.ref ?? "" };
  await lab.sim.fault({ kind: "dropAfter", match: { method: "RegisterVM_Task" } });
  for (const vm of inventory.vms) await register(lab.vcenter, vm, ref);
  const again = await register(lab.vcenter, named(inventory.vms, "vm001"), ref);
  const registered = await registeredOn(session, ref);
  expect(registered.map(({ name }) => name).sort()).toEqual(["golden", "vm001", "vm002", "vm003", "vm004"]);
  expect(registered.find(({ name }) => name === "vm001")?.ref).toEqual(again);
  const after = await lab.inventory();
  for (const before of inventory.vms) {
    const now = named(after.vms, before.name);
    const { path, template, folder, host, instanceUuid } = before;
    expect(now).toMatchObject({ path, template, folder, host, instanceUuid });
    expect(now.ref).not.toEqual(before.ref);
    if (!template) expect(now.pool).toEqual(before.pool);
  }
});

test("a volume on another LUN is taken for a copy, and mounted under its old signature", async () => {
  const state = mkdtempSync(join(tmpdir(), "sim-vcenter-"));
  const two = await startLab({ vms: 0, hosts: 1, state, datastores: { prod: "lun1", other: "lun2" } });
  try {
    const { session } = two.vcenter;
    const [lun1, lun2] = (await two.sim.state()).hosts[0]?.luns ?? [];
    const first = await readInventory(session, lun1?.naa ?? "");
    const second = await readInventory(session, lun2?.naa ?? "");
    const [host] = first.hosts;
    const [prod, other] = [first.datastores[0], second.datastores[0]];
    if (!host || !prod || !other) throw new Error("nothing there");
    const volume = { ...prod, diskName: first.diskName };
    await unmount(session, host, volume);
    await unmount(session, host, { ...other, diskName: second.diskName });
    await detach(session, host, first.diskName);
    copyFileSync(join(state, "lun1.lun"), join(state, "lun2.lun"));
    await rescan(session, host);
    expect(await unresolvedOn(session, host)).toMatchObject([
      { vmfsUuid: prod.vmfsUuid, diskNames: [second.diskName] },
    ]);
    await expect(mount(session, host, volume)).rejects.toMatchObject({ fault: "NotFound" });
    await mount(session, host, { ...volume, diskName: second.diskName });
    const there = await readDatastoresOn(session, [second.diskName]);
    const now = there.find(({ vmfsUuid }) => vmfsUuid === prod.vmfsUuid);
    expect(now).toMatchObject({ name: "prod", extents: [{ diskName: second.diskName }] });
  } finally {
    await two.stop();
    rmSync(state, { recursive: true });
  }
});
