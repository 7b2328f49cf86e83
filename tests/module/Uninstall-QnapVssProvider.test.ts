import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Journal } from "../../ts-core/state/journal.ts";
import { Leases } from "../../ts-core/state/leases.ts";
import { testExamples } from "./examples.ts";
import { type ServerSession, startServerSession } from "./windowsServer.ts";

let session: ServerSession;
beforeAll(async () => {
  session = await startServerSession();
});
afterAll(() => session.stop());
beforeEach(async () => {
  await session.fresh();
  await session.get("Install-QnapVssProvider");
  await session.calls();
});

const inRoot = (...path: string[]) => join(session.root, ...path);
const uninstall = (parameters = "") => session.run(`Uninstall-QnapVssProvider -Confirm:$false ${parameters}`);
const name = "QnapSnapshot VSS Provider";

test("takes away what the installation made, in reverse, and leaves the state", async () => {
  writeFileSync(inRoot("CommonApplicationData/QnapSnapshot/settings.json"), "{}");
  expect(await uninstall()).toMatchObject({ output: [], errors: [], warnings: [] });
  expect(await session.calls()).toEqual([
    "QVssUnregister of <root>/ProgramFiles/QnapSnapshot/app/bin/win-x64/qnap-vss-provider.dll",
    `ShutdownApplication ${name}`,
    `Applications.Remove ${name}`,
    "Applications.SaveChanges",
    "Unregister-ScheduledTask QnapSnapshot recovery",
    "Remove-RegistryEntry SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\QnapSnapshot",
  ]);
  expect(readdirSync(inRoot("ProgramFiles"))).toEqual([]);
  expect(readdirSync(inRoot("CommonApplicationData/QnapSnapshot"))).toEqual(["settings.json"]);
  expect(await session.get("Get-QnapVssProvider")).toMatchObject([{ Status: "NotInstalled" }]);
});

test("-RemoveState takes the state, too", async () => {
  writeFileSync(inRoot("CommonApplicationData/QnapSnapshot/settings.json"), "{}");
  expect((await uninstall("-RemoveState")).errors).toEqual([]);
  expect(readdirSync(inRoot("CommonApplicationData"))).toEqual([]);
});

test("-WhatIf tells every step and does nothing", async () => {
  const { screen } = await session.run("Uninstall-QnapVssProvider -RemoveState -WhatIf");
  expect(screen).toMatch(/1\. Take the provider \S+ off VSS[\s\S]*6\. Remove the state folder/);
  expect(await session.calls()).toEqual([]);
});

test("while an operation is under way it refuses", async () => {
  const log = await new Journal(session.home, new Leases(session.home)).begin("newLunSnapshot", { nas: [], luns: [] });
  const { errors } = await uninstall();
  expect(errors).toMatchObject([{ id: "PrerequisitesMissing,Uninstall-QnapVssProvider" }]);
  expect(errors[0]?.message).toContain(`operation ${log.operationId} (newLunSnapshot) is under way`);
  expect(await session.calls()).toEqual([]);
  await log.end("Undone", "");
  await log.release();
});

test("goes on after a step that fails, tells it, and ends the next time", async () => {
  const { errors } = await session.run("$Windows.FailAt = 5; Uninstall-QnapVssProvider -Confirm:$false");
  expect(errors).toMatchObject([{ id: "UninstallIncomplete,Uninstall-QnapVssProvider" }]);
  expect(errors[0]?.message).toMatch(/Remove the start-up task 'QnapSnapshot recovery': Windows refused/);
  expect(existsSync(inRoot("ProgramFiles/QnapSnapshot"))).toBe(false);
  expect(await session.get("$Windows.FailAt = 0; Get-QnapVssProvider")).toMatchObject([{ RecoveryTask: true }]);
  expect((await uninstall()).errors).toEqual([]);
  expect(await session.get("Get-QnapVssProvider")).toMatchObject([{ Status: "NotInstalled" }]);
});

test("where nothing is installed there is nothing to do", async () => {
  await uninstall();
  await session.calls();
  expect(await uninstall()).toMatchObject({ output: [], errors: [] });
  expect(await session.calls()).toEqual([]);
});

testExamples("Uninstall-QnapVssProvider", () => session);
