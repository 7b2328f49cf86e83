import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultInitiatorIqn, openSession } from "../initiator/initiator.ts";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession({ iscsi: true, luns: "sqldata:1,sqllog:1" });
});
afterAll(() => session.stop());

test("nobody is logged in: nothing is listed", async () => {
  expect(await session.get("Get-QnapLunConnection")).toEqual([]);
});

test("names a host that is logged in, here and in Get-QnapLun, and a restore under it is refused", async () => {
  const lun = (await session.nas.state()).luns.find(({ name }) => name === "sqldata");
  const iqn = lun?.targets[0]?.iqn ?? "";
  const portal = session.nas.portals[0] ?? "";
  const host = await openSession({ portal, iqn, lun: session.nas.lunOffset });
  expect(await session.get("Get-QnapLunConnection sqldata")).toMatchObject([
    { LunName: "sqldata", LunNaa: lun?.naa, TargetIqn: iqn, InitiatorIqn: defaultInitiatorIqn, Address: "127.0.0.1" },
  ]);
  expect(await session.get("(Get-QnapLun sqldata).Initiators.Iqn")).toEqual([defaultInitiatorIqn]);
  const { errors } = await session.run("New-QnapLunSnapshot sqldata | Restore-QnapLunSnapshot -Confirm:$false");
  expect(errors).toMatchObject([{ id: "LunInUse,Restore-QnapLunSnapshot", category: "ResourceBusy" }]);
  const plan = "Get-QnapLunSnapshot sqldata | Restore-QnapLunSnapshot -WhatIf";
  expect((await session.run(plan)).screen).toMatch(/What if: Would be refused: LUN 'sqldata' may be in use: .*-Force/);
  expect((await session.run(`${plan} -Force`)).screen).not.toContain("refused");
  expect(errors[0]?.message).toContain(defaultInitiatorIqn);
  await host.close();
});

test("an unknown LUN is an error", async () => {
  const { errors } = await session.run("Get-QnapLunConnection nowhere");
  expect(errors).toMatchObject([{ id: "LunNotFound,Get-QnapLunConnection", target: "nowhere" }]);
});

testExamples("Get-QnapLunConnection", () => session);
