import { afterAll, beforeAll, expect, test } from "vitest";
import type { SimulatedVcenter } from "../sim/vcenter/start.ts";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession, vmwareLogin } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession({
    luns: "ds-prod:1,unused:1",
    vcenter: { vms: 2, hosts: 1, datastores: { ds1: "ds-prod" } },
  });
  await session.get(`Set-QnapVMwareSetting ${vmwareLogin(session.vcenter as SimulatedVcenter)}`);
});
afterAll(() => session.stop());

test("down the pipeline: datastore, host and VMs of each LUN", async () => {
  const rows = await session.get("Get-QnapLun | Get-QnapLunConsumer");
  expect(rows.map(({ LunName, Kind, Name }) => `${LunName} ${Kind} ${Name}`)).toEqual([
    "ds-prod Datastore ds1",
    "ds-prod Host esx1.sim",
    "ds-prod VM vm001",
    "ds-prod VM vm002",
  ]);
  expect(rows[0]?.LunNaa).toBe((await session.get("Get-QnapLun ds-prod"))[0]?.Naa);
});

test("an unused LUN gives no row, and -Verbose says why", async () => {
  const { output, errors, verbose } = await session.run("Get-QnapLunConsumer unused -Verbose");
  expect([output, errors]).toEqual([[], []]);
  expect(verbose.join("\n")).toContain("No datastore lies on LUN 'unused'");
});

test("its rows name their LUN for cmdlets further down the pipeline", async () => {
  const names = "(Get-QnapLunConsumer ds-prod | Select-Object -First 1 | Test-QnapLun).LunName";
  expect(new Set(await session.get(names))).toEqual(new Set(["ds-prod"]));
});

test("an unknown LUN is an error", async () => {
  const { errors } = await session.run("Get-QnapLunConsumer nowhere");
  expect(errors).toMatchObject([{ id: "LunNotFound,Get-QnapLunConsumer", target: "nowhere" }]);
});

testExamples("Get-QnapLunConsumer", () => session);
