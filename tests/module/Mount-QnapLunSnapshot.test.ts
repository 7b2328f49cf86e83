import { afterAll, beforeAll, expect, test } from "vitest";
import type { SimulatedVcenter } from "../sim/vcenter/start.ts";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession, vmwareLogin } from "./session.ts";

let session: ModuleSession;
let vcenter: SimulatedVcenter;
beforeAll(async () => {
  const vmware = { vcenter: { vms: 1, datastores: { prod: "vmstore" } } };
  session = await startSession({ luns: "vmstore:1,sqldata:1", ...vmware, windows: "sqldata", iscsi: true });
  vcenter = session.vcenter as SimulatedVcenter;
  await session.get(`$null = Set-QnapVMwareSetting ${vmwareLogin(vcenter)}`);
  await session.get("$global:snapshot = New-QnapLunSnapshot vmstore -Type Crash");
});
afterAll(() => session.stop());

const lunNames = async () => (await session.nas.state()).luns.map(({ name }) => name);

test("-WhatIf shows the whole plan and changes nothing", async () => {
  await session.nas.reset();
  await vcenter.reset();
  const { output, screen } = await session.run("$snapshot | Mount-QnapLunSnapshot -VMHost esx1 -Name copy -WhatIf");
  expect(output).toEqual([]);
  const lines = screen.trim().split(/\r?\n/);
  expect(lines[0]).toMatch(/^What if: Mount snapshot 'QS_vmstore_.*' of LUN 'vmstore' .* on ESXi host 'esx1'/);
  expect(lines.slice(1).join("\n")).toMatch(/2\. Copy snapshot[\s\S]*to LUN 'copy'[\s\S]*signature of its own/);
  expect((await session.nas.effects()).filter(({ kind }) => !kind.startsWith("session."))).toEqual([]);
  expect((await vcenter.effects()).filter(({ kind }) => !kind.startsWith("session."))).toEqual([]);
});

test("gives the datastore, its signature, the copy and the host", async () => {
  const [mount] = await session.get("Mount-QnapLunSnapshot -Snapshot $snapshot -VMHost esx2 -Name copy");
  const copy = (await session.nas.state()).luns.find(({ name }) => name === "copy");
  const datastore = (await vcenter.state()).datastores.find(({ extents }) => extents[0] === copy?.naa);
  expect(mount).toMatchObject({
    Datastore: datastore?.name,
    VmfsUuid: datastore?.uuid,
    VMHost: "esx2.sim",
    LunName: "copy",
    LunNaa: copy?.naa,
    SourceLun: "vmstore",
    Nas: session.name,
    OperationId: expect.stringMatching(/^[0-9a-z]{12}$/),
  });
  expect(datastore?.name).toMatch(/^snap-[0-9a-f]{8}-prod$/);
  const { errors } = await session.run("Remove-QnapLunClone copy -Force -Confirm:$false");
  expect(errors).toMatchObject([{ id: "CloneMounted,Remove-QnapLunClone", category: "ResourceBusy" }]);
  expect(errors[0]?.message).toContain(datastore?.name);
});

test.each([
  ["nohost", "VMHostNotFound", "esx1.sim"],
  ["esx1.sim", "VMHostNotConnected", "notResponding"],
])("no mount on host %s: %s", async (host, code, told) => {
  await vcenter.changeHost("esx1.sim", { connection: "notResponding" });
  const before = await lunNames();
  const { errors } = await session.run(`Mount-QnapLunSnapshot $snapshot ${host}`);
  await vcenter.changeHost("esx1.sim", { connection: "connected" });
  expect(errors).toMatchObject([{ id: `${code},Mount-QnapLunSnapshot` }]);
  expect(errors[0]?.message).toContain(told);
  expect(await lunNames()).toEqual(before);
});

test("at a folder of this Windows Server: the folder, the copy and its source", async () => {
  const take = "New-QnapLunSnapshot sqldata -Type Crash";
  const [mount] = await session.get(`${take} | Mount-QnapLunSnapshot -Path C:\\check -Name onfolder`);
  expect(mount).toMatchObject({ Path: "C:\\check", Datastore: null, LunName: "onfolder", SourceLun: "sqldata" });
  const { screen } = await session.run("Dismount-QnapLunSnapshot -Path C:\\check -WhatIf");
  expect(screen).toMatch(/Dismount the copy at C:\\check and remove its LUN 'onfolder'[\s\S]*take disk \d offline/);
  await session.get("Dismount-QnapLunSnapshot -Path C:\\check -Confirm:$false");
  expect(await lunNames()).not.toContain("onfolder");
});

test("its hosts are offered behind Tab, each once", async () => {
  const line = "Mount-QnapLunSnapshot -VMHost ES";
  const offered = `(TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText`;
  expect((await session.get(offered)).sort()).toEqual(["esx1.sim", "esx2.sim"]);
});

testExamples("Mount-QnapLunSnapshot", () => session);
