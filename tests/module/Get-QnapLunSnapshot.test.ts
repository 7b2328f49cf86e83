import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

test("lists by LUN object, by name, by wildcard, and by snapshot name or id", async () => {
  const [taken] = await session.get("New-QnapLunSnapshot sqldata; $null = New-QnapLunSnapshot sqllog");
  const names = async (script: string) => (await session.get<string>(`(${script}).Name`)).filter((name) => name);
  expect(await names("Get-QnapLun sqldata | Get-QnapLunSnapshot")).toEqual([taken?.Name]);
  expect(await names("Get-QnapLunSnapshot -Lun sqldata")).toEqual([taken?.Name]);
  expect(await names("Get-QnapLunSnapshot sql*")).toHaveLength(2);
  expect(await names(`Get-QnapLunSnapshot -Name ${taken?.Name}`)).toEqual([taken?.Name]);
  expect(await names(`Get-QnapLunSnapshot sqldata -SnapshotId ${taken?.SnapshotId}`)).toEqual([taken?.Name]);
  expect(await names("Get-QnapLunSnapshot -Name nothing*")).toEqual([]);
});

test("says of a snapshot that is not ours what is known, and no more", async () => {
  await session.nas.seedSnapshots({ lun: "sqllog", count: 1, namePrefix: "byhand" });
  const [foreign] = await session.get("Get-QnapLunSnapshot sqllog byhand*");
  expect(foreign).toMatchObject({ Ours: false, Consistency: "Unverified", CreateTimeUtc: null, OperationId: null });
  expect(foreign).toMatchObject({ Expires: "?" });
});

test("a list streams: the first object ends the rest", async () => {
  await session.nas.seedSnapshots({ lun: "sqllog", count: 2000, namePrefix: "many" });
  expect(await session.get("@(Get-QnapLunSnapshot sqllog many* | Select-Object -First 1).Count")).toEqual([1]);
  expect(await session.get("@(Get-QnapLunSnapshot sqllog many*).Count")).toEqual([2000]);
});

test("an unknown LUN is an error", async () => {
  const { errors } = await session.run("Get-QnapLunSnapshot nowhere");
  expect(errors).toMatchObject([{ id: "LunNotFound,Get-QnapLunSnapshot", target: "nowhere" }]);
});

testExamples("Get-QnapLunSnapshot", () => session);
