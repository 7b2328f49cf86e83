import { afterAll, beforeAll, expect, test } from "vitest";
import { CoreProcess } from "../../coreProcess.ts";
import { startVmwareLab, type VmwareLab } from "../../e2e/support/vmwareLab.ts";

let lab: VmwareLab;
let core: CoreProcess;
beforeAll(async () => {
  lab = await startVmwareLab({ luns: "empty:1" }, { vms: 3, hosts: 2 });
  core = await lab.connect();
});
afterAll(async () => {
  await core.stop();
  await lab.stop();
});

const rows = (lun: object) => core.rows<Record<string, string>>("getLunConsumer", { lun });

test("a row per datastore, host and VM, found by the NAA that both sides know", async () => {
  const naa = (await lab.nas.state()).luns.find(({ name }) => name === "vmstore")?.naa ?? "";
  const found = await rows({ name: "vmstore" });
  expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "Datastore ds-prod",
    "Host esx1.sim",
    "Host esx2.sim",
    "VM vm001",
    "VM vm002",
    "VM vm003",
  ]);
  expect(new Set(found.map(({ lunNaa, consumer }) => `${lunNaa} ${consumer}`))).toEqual(new Set([`${naa} 127.0.0.1`]));
  expect(found.find(({ name }) => name === "vm001")).toMatchObject({ state: "PoweredOn", nas: "127.0.0.1" });
  expect(await rows({ naa })).toEqual(found);
});

test("a LUN that nobody known uses has no rows, and why is told", async () => {
  expect(await rows({ name: "empty" })).toEqual([]);
  expect(core.logs.at(-1)).toMatch(/^No datastore lies on LUN 'empty' \(NAA [0-9a-f]{32}\) in 127\.0\.0\.1\.$/);
});

test("without a vCenter that is told, not taken for an unused LUN", async () => {
  const lonely = await CoreProcess.start();
  await lonely.connect(lab.nas);
  expect(await lonely.call("getLunConsumer", { lun: { name: "vmstore" } })).toEqual({ count: 0 });
  expect(lonely.logs.at(-1)).toContain("no vCenter is stored");
  await lonely.stop();
});

test("a vCenter that does not answer is an error, not an empty list", async () => {
  await lab.vcenter.down();
  expect(await core.code("getLunConsumer", { lun: { name: "vmstore" } })).toMatch(/^VCenter(NoAnswer|Unreachable)$/);
  await lab.vcenter.up();
  expect(await rows({ name: "vmstore" })).toHaveLength(6);
});
