import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

test("forgets a stored NAS, after asking", async () => {
  await session.get(`Set-QnapNas ${session.login}`);
  expect((await session.run(`Remove-QnapNas ${session.name}`)).errors[0]?.id).toMatch(/^ConfirmationImpossible/);
  expect((await session.run(`Remove-QnapNas ${session.name} -WhatIf`)).screen).toContain(
    "Forget address, trust and secret",
  );
  expect(await session.get("(Get-QnapNas).Stored")).toEqual([true]);
  expect(await session.get(`Remove-QnapNas ${session.name} -Confirm:$false`)).toEqual([]);
  expect(await session.get("Get-QnapNas")).toEqual([]);
});

test("a NAS that is not stored is an error of its own", async () => {
  const { errors } = await session.run("Remove-QnapNas elsewhere -Confirm:$false");
  expect(errors).toMatchObject([{ id: "NasNotConnected,Remove-QnapNas", target: "elsewhere" }]);
  await session.get(`Set-QnapNas ${session.login}`);
});

testExamples("Remove-QnapNas", () => session);
