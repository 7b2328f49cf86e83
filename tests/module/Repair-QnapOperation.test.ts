import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { corePid, type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

/** Kills the core while the NAS has made the snapshot and not yet answered. */
const interrupt = async () => {
  await session.nas.fault({ kind: "holdAfter", match: { kindOfEffect: "snapshot.create" }, times: 1 });
  const pid = await corePid(session);
  const running = session.run("New-QnapLunSnapshot sqldata");
  const [held] = await session.nas.holds();
  process.kill(pid, "SIGKILL");
  if (held) await session.nas.release(held.id, "drop");
  return running;
};

test("a core that is killed says so; afterwards the truth is found out and told", async () => {
  const { errors } = await interrupt();
  expect(errors).toMatchObject([{ id: "CoreEnded,New-QnapLunSnapshot", category: "ResourceUnavailable" }]);
  expect(errors[0]?.message).toMatch(/exit code 137 .*Repair-QnapOperation/);
  await session.get(`Connect-QnapNas ${session.login}`);
  const [open] = await session.get("Get-QnapOperation -Unfinished");
  expect(open).toMatchObject({ State: "Interrupted", Luns: ["sqldata"] });
  const [settled] = await session.get("Get-QnapOperation -Unfinished | Repair-QnapOperation");
  expect(settled).toMatchObject({ OperationId: open?.OperationId, State: expect.stringMatching(/Completed|Undone/) });
  expect(await session.get("Get-QnapOperation -Unfinished")).toEqual([]);
});

test("-WhatIf leaves it as it is", async () => {
  await interrupt();
  const { screen, output } = await session.run("Get-QnapOperation -Unfinished | Repair-QnapOperation -WhatIf");
  expect(screen).toContain("Finish or undo");
  expect(output).toEqual([]);
  expect(await session.get("Get-QnapOperation -Unfinished")).toHaveLength(1);
});

test("what cannot be settled now is listed, and is an error of its own", async () => {
  const { errors, output } = await session.run("Repair-QnapOperation");
  expect(errors).toMatchObject([{ id: "OperationUnresolved,Repair-QnapOperation" }]);
  expect(output).toMatchObject([{ State: "Interrupted" }]);
  await session.get(`Connect-QnapNas ${session.login}; Repair-QnapOperation`);
});

test("an operation that is not on record is an error", async () => {
  const { errors } = await session.run("Repair-QnapOperation nothing");
  expect(errors).toMatchObject([{ id: "OperationNotFound,Repair-QnapOperation" }]);
});

testExamples("Repair-QnapOperation", () => session);
