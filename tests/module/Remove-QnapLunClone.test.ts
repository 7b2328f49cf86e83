import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

test("removes a clone, and only a clone", async () => {
  await session.get("$null = New-QnapLunSnapshot sqldata | New-QnapLunClone -Name proof");
  const { errors } = await session.run("Get-QnapLun | Remove-QnapLunClone -Confirm:$false");
  const refused = { id: "NotAClone,Remove-QnapLunClone", category: "PermissionDenied" };
  expect(errors).toMatchObject([
    { ...refused, target: "sqldata" },
    { ...refused, target: "sqllog" },
  ]);
  expect((await session.nas.state()).luns.map(({ name }) => name).sort()).toEqual(["sqldata", "sqllog"]);
});

test("-WhatIf removes nothing", async () => {
  await session.nas.reset();
  const { screen } = await session.run("Remove-QnapLunClone sqldata -WhatIf");
  expect(screen).toContain("Remove the clone");
  expect(await session.nas.requests()).toEqual([]);
});

testExamples("Remove-QnapLunClone", () => session);
