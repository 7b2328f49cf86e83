import { afterAll, beforeAll, expect, test } from "vitest";
import { readInitiators } from "../../../ts-core/vmware/initiators.ts";
import { reattach } from "../../../ts-core/vmware/reattach.ts";
import { release } from "../../../ts-core/vmware/release.ts";
import { type ReleaseRecord, recordRelease } from "../../../ts-core/vmware/releaseRecord.ts";
import { stepsLeft } from "../../../ts-core/vmware/stepsLeft.ts";
import { startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
let record: ReleaseRecord;
beforeAll(async () => {
  lab = await startLab({ vms: 2, hosts: 2 });
  await lab.sim.addVm({ name: "golden", template: true });
  record = await recordRelease(lab.vcenter.session, await lab.inventory());
});
afterAll(() => lab.stop());

const everything = () => [
  ...["esx1.sim", "esx2.sim"].flatMap((host) => [
    `Attach ${record.diskName} on ${host}`,
    `Rescan the storage of ${host}`,
    `Mount datastore 'ds-vmstore' on ${host}, keeping its signature`,
  ]),
  "Register template 'golden' from [ds-vmstore] golden/golden.vmx",
  "Register VM 'vm001' from [ds-vmstore] vm001/vm001.vmx",
  "Register VM 'vm002' from [ds-vmstore] vm002/vm002.vmx",
];
const left = async () => (await stepsLeft(lab.vcenter, record)).sort();

test("nothing is left before the LUN was given up; a cancel then leaves all as it is", async () => {
  await lab.sim.reset();
  const options = { guestMs: 1_000, signal: AbortSignal.abort(new Error("cancelled")) };
  await expect(release(lab.vcenter, record, options)).rejects.toThrow("cancelled");
  expect(await lab.sim.effects()).toEqual([]);
  expect(await left()).toEqual([]);
});

test("a VM that came onto the LUN meanwhile is named before anything is touched", async () => {
  await lab.sim.addVm({ name: "latecomer" });
  await lab.sim.reset();
  const released = release(lab.vcenter, record, { guestMs: 1_000 });
  await expect(released).rejects.toMatchObject({ code: "LunNotReleased", details: { left: ["VM 'latecomer'"] } });
  expect(await lab.sim.effects()).toEqual([]);
  await lab.sim.deleteVm("latecomer");
});

test("a step that is refused stops the release, and tells what is left", async () => {
  await lab.sim.changeHost("esx2.sim", { scratch: "ds-vmstore" });
  const released = release(lab.vcenter, record, { guestMs: 1_000 });
  await expect(released).rejects.toMatchObject({ code: "VCenterRefused", fault: "ResourceInUse" });
  await lab.sim.changeHost("esx2.sim", { scratch: "" });
  expect(await left()).toEqual(
    everything()
      .filter((step) => /golden|vm00|(Rescan|Mount).*esx1/.test(step))
      .sort(),
  );
});

test("all of it is left once the LUN is given up; without vCenter the record tells it", async () => {
  await release(lab.vcenter, record, { guestMs: 1_000 });
  expect(await left()).toEqual(everything().sort());
  await lab.sim.down();
  expect(await left()).toEqual(everything().sort());
  await lab.sim.up();
});

test("another vCenter under the same name is not touched", async () => {
  await lab.sim.reset();
  const foreign = { ...record, instanceUuid: "0" };
  await expect(reattach(lab.vcenter, foreign)).rejects.toMatchObject({ code: "VCenterChanged" });
  await expect(release(lab.vcenter, foreign, { guestMs: 0 })).rejects.toMatchObject({ code: "VCenterChanged" });
  expect(await lab.sim.effects()).toEqual([]);
});

test("nothing is left when it has been taken back", async () => {
  await reattach(lab.vcenter, record);
  expect(await left()).toEqual([]);
});

test("the hosts' iSCSI names are known", async () => {
  const iqns = (await lab.sim.state()).hosts.map(({ iqn }) => iqn);
  expect(await readInitiators(lab.vcenter.session, record.hosts)).toEqual(iqns);
});
