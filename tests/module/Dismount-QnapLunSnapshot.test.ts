import { afterAll, beforeAll, expect, test } from "vitest";
import type { SimulatedVcenter } from "../sim/vcenter/start.ts";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession, vmwareLogin } from "./session.ts";

let session: ModuleSession;
let vcenter: SimulatedVcenter;
beforeAll(async () => {
  session = await startSession({ luns: "vmstore:1", vcenter: { vms: 1, datastores: { prod: "vmstore" } } });
  vcenter = session.vcenter as SimulatedVcenter;
  await session.get(`$null = Set-QnapVMwareSetting ${vmwareLogin(vcenter)}`);
  await session.get("$global:snapshot = New-QnapLunSnapshot vmstore -Type Crash");
});
afterAll(() => session.stop());

const mount = (name: string) => session.get(`Mount-QnapLunSnapshot $snapshot esx1 -Name ${name}`);
const lunNames = async () => (await session.nas.state()).luns.map(({ name }) => name);
const datastoreNames = async () => (await vcenter.state()).datastores.map(({ name }) => name);

test("-WhatIf shows the plan, host by host, and changes nothing", async () => {
  const [mounted] = await mount("plan");
  await vcenter.reset();
  const { screen } = await session.run("Dismount-QnapLunSnapshot -Name plan -WhatIf");
  expect(screen).toContain(`What if: Dismount datastore '${mounted?.Datastore}' and remove its LUN 'plan'`);
  expect(screen).toMatch(/detach its disk on ESXi host 'esx1\.sim'[\s\S]*detach its disk on ESXi host 'esx2\.sim'/);
  expect((await vcenter.effects()).filter(({ kind }) => !kind.startsWith("session."))).toEqual([]);
  await session.get("Dismount-QnapLunSnapshot -Name plan -Confirm:$false");
});

test.each([
  [
    "the object of the mount",
    (datastore: string) => `$mount | Where-Object Datastore -eq '${datastore}' | Dismount-QnapLunSnapshot`,
  ],
  ["the name of the copy", () => "Dismount-QnapLunSnapshot -Name copy"],
  ["its datastore", (datastore: string) => `Dismount-QnapLunSnapshot -Datastore ${datastore}`],
])("by %s: nothing is left", async (_, command) => {
  const [mounted] = await session.get("($global:mount = Mount-QnapLunSnapshot $snapshot esx1 -Name copy)");
  expect(await session.get(`${command(mounted?.Datastore)} -Confirm:$false`)).toEqual([]);
  expect(await lunNames()).toEqual(["vmstore"]);
  expect(await datastoreNames()).toEqual(["prod"]);
});

test("a VM that is registered on the copy is named, and nothing is touched", async () => {
  const [mounted] = await mount("inuse");
  await vcenter.addVm({ name: "rescued", datastore: mounted?.Datastore });
  const { errors } = await session.run("Dismount-QnapLunSnapshot -Name inuse -Confirm:$false");
  expect(errors).toMatchObject([{ id: "CopyInUse,Dismount-QnapLunSnapshot", category: "ResourceBusy" }]);
  expect(errors[0]?.message).toContain("VM 'rescued' is registered on it");
  expect(await datastoreNames()).toContain(mounted?.Datastore);
  await vcenter.deleteVm("rescued", "keep");
  await session.get("Dismount-QnapLunSnapshot -Name inuse -Confirm:$false");
});

test("asks first: without an answer nothing is dismounted", async () => {
  await mount("asked");
  const { errors } = await session.run("Dismount-QnapLunSnapshot -Name asked");
  expect(errors[0]?.id).toMatch(/^ConfirmationImpossible/);
  expect(await lunNames()).toContain("asked");
  await session.get("Dismount-QnapLunSnapshot -Name asked -Confirm:$false");
});

test.each([
  ["-Name vmstore", "MountNotFound"],
  ["-Mount 'copy'", "InvalidParameter"],
  ["-Mount $snapshot", "InvalidParameter"],
])("refuses %s: %s", async (what, code) => {
  const { errors } = await session.run(`Dismount-QnapLunSnapshot ${what} -Confirm:$false`);
  expect(errors).toMatchObject([{ id: `${code},Dismount-QnapLunSnapshot` }]);
});

testExamples("Dismount-QnapLunSnapshot", () => session);
