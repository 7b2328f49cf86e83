import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

test("lists what is connected, without a word to the NAS", async () => {
  await session.nas.reset();
  const [nas] = await session.get("Get-QnapNas");
  expect(nas).toMatchObject({
    Name: session.name,
    Scheme: "https",
    Connected: true,
    Stored: false,
    Trust: "Pinned",
    Family: "QTS",
  });
  expect(nas).toMatchObject({ CertificateFingerprint: session.nas.fingerprint, UserName: session.nas.user });
  expect(await session.nas.requests()).toEqual([]);
});

test("finds by wildcard, and gives nothing where nothing fits; a name that is not there is an error", async () => {
  expect(await session.get("(Get-QnapNas 127.*).Name")).toEqual([session.name]);
  expect(await session.get("Get-QnapNas nothing*")).toEqual([]);
  expect((await session.run("Get-QnapNas nothing")).errors).toMatchObject([{ id: "NasNotConnected,Get-QnapNas" }]);
});

test("its objects name the NAS for cmdlets further down the pipeline", async () => {
  expect(await session.get("@(Get-QnapNas | Get-QnapLun).Count")).toEqual([2]);
});

testExamples("Get-QnapNas", () => session);
