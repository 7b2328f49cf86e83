import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

test("reports each check with how it is known, and changes nothing", async () => {
  await session.nas.reset();
  const checks = await session.get("Test-QnapNas");
  expect(checks.length).toBeGreaterThan(5);
  expect(checks).toContainEqual(
    expect.objectContaining({ Nas: session.name, Check: "LUN list", Status: "Works", Confidence: "Measured" }),
  );
  expect((await session.nas.effects()).filter(({ kind }) => !kind.startsWith("session."))).toEqual([]);
});

test("a NAS that is not connected is an error", async () => {
  const { errors } = await session.run("Test-QnapNas elsewhere");
  expect(errors).toMatchObject([
    { id: "NasNotConnected,Test-QnapNas", category: "ObjectNotFound", target: "elsewhere" },
  ]);
});

test("a scratch LUN is asked for first, and -WhatIf touches nothing", async () => {
  await session.nas.reset();
  const { screen, output } = await session.run("Test-QnapNas -ScratchLun sqldata -WhatIf");
  expect(screen).toMatch(/What if: .*Write stamps to a file, take 3 to 6 snapshots.*LUN 'sqldata'/);
  expect(output).toEqual([]);
  const { errors } = await session.run("Test-QnapNas -ScratchLun sqldata");
  expect(errors).toMatchObject([{ id: "ConfirmationImpossible,Test-QnapNas" }]);
  expect((await session.nas.effects()).filter(({ kind }) => !kind.startsWith("session."))).toEqual([]);
});

test("a machine that does not use the LUN cannot measure on it", async () => {
  const { errors } = await session.run("Test-QnapNas -ScratchLun sqldata -Confirm:$false");
  expect(errors).toMatchObject([{ id: "WindowsNotHere,Test-QnapNas" }]);
});

testExamples("Test-QnapNas", () => session);
