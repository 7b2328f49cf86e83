import { expect, test } from "vitest";
import { reattach } from "../../../ts-core/vmware/reattach.ts";
import { release } from "../../../ts-core/vmware/release.ts";
import { startFurnished } from "./furnished.ts";

test("a vCenter without REST: that tags are lost is known beforehand, and stops nothing", async () => {
  const lab = await startFurnished({ vms: 5, hosts: 2, apiVersion: "6.0.0.0" });
  try {
    const record = await lab.record();
    expect(record.tagsUnknown).toMatch(/REST/);
    await release(lab.vcenter, record, { guestMs: 500 });
    const { registered, lost } = await reattach(lab.vcenter, record);
    expect(registered).toHaveLength(6);
    expect(lost).toEqual([`Tags were not known beforehand: ${record.tagsUnknown}`]);
  } finally {
    await lab.stop();
  }
});

test("what vCenter refuses to put back is told, and put back by a repeat", async () => {
  const lab = await startFurnished({ vms: 5, hosts: 2 });
  try {
    const record = await lab.record();
    await release(lab.vcenter, record, { guestMs: 500 });
    for (const method of ["SetField", "SetEntityPermissions", "ReconfigureComputeResource_Task"]) {
      await lab.sim.fault({ kind: "fault", fault: "InvalidArgument", match: { method }, times: 2 });
    }
    const { registered, lost } = await reattach(lab.vcenter, record);
    expect(registered).toHaveLength(6);
    const refused = ": The vCenter vcsa.lab refused";
    expect(lost.map((line) => line.slice(0, line.indexOf(refused)))).toEqual([
      "Datastore 'ds-vmstore': permission of LAB\\backup",
      expect.stringContaining("VM 'vm001': custom field"),
      "VM 'vm002': permission of LAB\\backup",
      "rule 'web apart'",
      "DRS group 'licensed'",
    ]);
    await lab.sim.clearFaults();
    expect((await reattach(lab.vcenter, record)).lost).toEqual([]);
  } finally {
    await lab.stop();
  }
});

test("without an answer the rest is done all the same, and all of it by a repeat", async () => {
  const lab = await startFurnished({ vms: 5, hosts: 2 });
  try {
    const record = await lab.record();
    await release(lab.vcenter, record, { guestMs: 500 });
    await lab.sim.fault({ kind: "garble", match: { method: "RetrieveEntityPermissions" } });
    const again = () => reattach(lab.vcenter, record, { powerOnAgain: true });
    await expect(again()).rejects.toMatchObject({ code: "VCenterAnswerUnreadable" });
    const running = (await lab.sim.state()).vms.filter(({ power }) => power === "poweredOn");
    expect(running.map(({ name }) => name)).toEqual(["vm001", "vm002", "vm003"]);
    expect((await again()).lost).toEqual([]);
  } finally {
    await lab.stop();
  }
});
