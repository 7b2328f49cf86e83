import { afterAll, beforeAll, expect, test } from "vitest";
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

test("an unknown LUN is an error", async () => {
  const { errors } = await session.run("Get-QnapLunConnection nowhere");
  expect(errors).toMatchObject([{ id: "LunNotFound,Get-QnapLunConnection", target: "nowhere" }]);
});

testExamples("Get-QnapLunConnection", () => session);
