import { afterAll, beforeAll, expect, test } from "vitest";
import { findPlace } from "../../../ts-core/vmware/mountPlace.ts";
import { startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
/** NAAs by the names of the LUNs. */
const naas: Record<string, string> = {};
beforeAll(async () => {
  lab = await startLab({ vms: 1, hosts: 2, datastores: { prod: "lun1", wide: ["lun2", "lun3"] } });
  for (const { name, naa } of (await lab.sim.state()).hosts[0]?.luns ?? []) naas[name] = naa;
});
afterAll(() => lab.stop());

const place = (host: string, lun = "lun1") =>
  findPlace([lab.vcenter.session], host, { name: lun, naa: naas[lun] ?? "f".repeat(32) });

test.each(["esx2.sim", "ESX2"])(
  "a host called %s is found on its vCenter, with the datastore of the original",
  async (name) => {
    const prod = (await lab.sim.state()).datastores.find((one) => one.name === "prod");
    expect(await place(name)).toEqual({
      consumer: "VMware",
      vcenter: "vcsa.lab",
      vmHost: "esx2.sim",
      originalNaa: naas.lun1,
      originalVmfsUuid: prod?.uuid,
    });
  },
);

test.each([
  [
    "a host that is not there, and names those that are",
    "esx",
    "lun1",
    "VMHostNotFound",
    { known: ["esx1.sim", "esx2.sim"] },
  ],
  ["a host that does not see the LUN", "esx1", "elsewhere", "VMHostDoesNotSeeLun", { host: "esx1.sim" }],
  ["a datastore over several LUNs", "esx1", "lun2", "DatastoreHasExtents", { datastore: "wide" }],
])("refuses %s", async (_, host, lun, code, details) => {
  await expect(place(host, lun)).rejects.toMatchObject({ code, details });
});

test("refuses a host that is not connected", async () => {
  await lab.sim.changeHost("esx1.sim", { connection: "disconnected" });
  await expect(place("esx1")).rejects.toMatchObject({ code: "VMHostNotConnected", details: { state: "disconnected" } });
  await lab.sim.changeHost("esx1.sim", { connection: "connected" });
});

test("refuses beforehand what the account may not do", async () => {
  await lab.sim.denyPrivileges("Host.Config.Storage");
  await expect(place("esx1")).rejects.toThrow(/lacks Host\.Config\.Storage on host esx1\.sim/);
  await lab.sim.denyPrivileges();
});

test("without a vCenter there is no host to look for", async () => {
  await expect(findPlace([], "esx1", { name: "lun1", naa: "" })).rejects.toMatchObject({ code: "NoVCenterKnown" });
});
