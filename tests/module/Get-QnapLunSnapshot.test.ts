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

test("the table shows the NAS, and creation and expiry by the same clock", async () => {
  const [table] = await session.get<string>(
    "$s = New-QnapLunSnapshot sqldata -ExpireAfter 1:00:00; $s | Format-Table | Out-String -Width 250; Remove-QnapLunSnapshot $s -Confirm:$false",
  );
  expect(table).toMatch(/Nas +LUN +Name +Created +Consistency +Expires/);
  expect(table).toContain(session.name);
  const [created, expires] = (table?.match(/\d{4}-\d\d-\d\d \d\d:\d\d/g) ?? []).map((time) => Date.parse(time));
  expect(Math.abs(Number(expires) - Number(created) - 3_600_000)).toBeLessThan(90_000);
});

test("says of a snapshot that is not ours what is known, and no more", async () => {
  await session.nas.seedSnapshots({ lun: "sqllog", count: 1, namePrefix: "byhand" });
  const [foreign] = await session.get("Get-QnapLunSnapshot sqllog byhand*");
  expect(foreign).toMatchObject({ Ours: false, Consistency: "Unverified", CreateTimeUtc: null, OperationId: null });
  expect(foreign).toMatchObject({ Expires: "?", Created: expect.stringMatching(/^[\d-]{10} [\d:]{5} \(NAS\)$/) });
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
