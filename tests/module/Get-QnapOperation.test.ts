import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

test("tells what was done, newest first, with times in UTC", async () => {
  const [taken] = await session.get("New-QnapLunSnapshot sqldata; $null = New-QnapLunSnapshot sqllog");
  const all = await session.get("Get-QnapOperation");
  expect(all).toMatchObject([
    { Luns: ["sqllog"] },
    { OperationId: taken?.OperationId, Luns: ["sqldata"], State: "Completed" },
  ]);
  expect(await session.get("@(Get-QnapOperation)[0].StartTimeUtc.Kind.ToString()")).toEqual(["Utc"]);
  expect(await session.get(`(Get-QnapOperation ${taken?.OperationId}).Luns`)).toEqual(["sqldata"]);
  expect(await session.get("Get-QnapOperation -Unfinished")).toEqual([]);
});

test("an id that is not on record is an error; one that is finished is none of -Unfinished, and no error", async () => {
  const { errors } = await session.run("Get-QnapOperation nope");
  expect(errors).toMatchObject([{ id: "OperationNotFound,Get-QnapOperation", target: "nope" }]);
  expect(await session.get("New-QnapLunSnapshot sqldata | Get-QnapOperation -Unfinished")).toEqual([]);
});

testExamples("Get-QnapOperation", () => session);
