import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { address, credential, type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession({ connect: false });
});
afterAll(() => session.stop());

test("-WhatIf stores nothing and does not log in", async () => {
  await session.nas.reset();
  const { screen } = await session.run(`Set-QnapNas ${session.login} -WhatIf`);
  expect(screen).toContain(`on target "NAS '${session.name}'"`);
  expect(await session.get("Get-QnapNas")).toEqual([]);
  expect(await session.nas.requests()).toEqual([]);
});

test("stores only what can be logged in to", async () => {
  const wrong = `Set-QnapNas ${address(session.nas)} -CertificateFingerprint ${session.nas.fingerprint} -Credential ${credential(session.nas, "wrong")}`;
  expect((await session.run(wrong)).errors).toMatchObject([{ id: "PasswordRefused,Set-QnapNas" }]);
  expect(await session.get("Get-QnapNas")).toEqual([]);
});

test("keeps a NAS for sessions to come", async () => {
  expect(await session.get(`Set-QnapNas ${session.login}`)).toMatchObject([{ Stored: true, Trust: "Pinned" }]);
  await session.get(`Disconnect-QnapNas ${session.name}`);
  expect(await session.get("(Get-QnapLun sqldata).Name")).toEqual(["sqldata"]);
});

testExamples("Set-QnapNas", () => session);
