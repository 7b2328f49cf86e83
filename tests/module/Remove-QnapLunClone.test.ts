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

test("-WhatIf removes nothing, and tells only what would be removed", async () => {
  await session.get("$null = New-QnapLunSnapshot sqldata | New-QnapLunClone -Name whatif");
  await session.nas.reset();
  const { screen, errors } = await session.run("Get-QnapLun | Remove-QnapLunClone -WhatIf");
  expect(screen.match(/Remove the clone" on target "LUN '\w+'/g)).toEqual([
    "Remove the clone\" on target \"LUN 'whatif'",
  ]);
  expect(errors.map(({ id, target }) => [id, target])).toEqual([
    ["NotAClone,Remove-QnapLunClone", "sqldata"],
    ["NotAClone,Remove-QnapLunClone", "sqllog"],
  ]);
  expect((await session.nas.effects()).filter(({ kind }) => !kind.startsWith("session."))).toEqual([]);
  await session.get("Remove-QnapLunClone whatif -Confirm:$false");
});

test("a snapshot is not taken for its LUN", async () => {
  await session.get("$null = New-QnapLunSnapshot sqldata | New-QnapLunClone -Name source");
  const { errors } = await session.run("Get-QnapLunSnapshot sqldata | Remove-QnapLunClone -Confirm:$false");
  expect(errors).toMatchObject([{ id: "InvalidParameter,Remove-QnapLunClone" }]);
  expect(errors[0]?.message).toContain("Remove-QnapLunSnapshot");
  await session.get("Remove-QnapLunClone source -Confirm:$false");
});

testExamples("Remove-QnapLunClone", () => session);
