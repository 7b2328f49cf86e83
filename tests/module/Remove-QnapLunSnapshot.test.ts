import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

const left = async () => (await session.nas.state()).snapshots.map(({ name }) => name);

test("removes what comes down the pipeline; one that is not ours is refused and the others still go", async () => {
  await session.get("1..2 | ForEach-Object { New-QnapLunSnapshot sqldata }");
  await session.nas.seedSnapshots({ lun: "sqldata", count: 1, namePrefix: "byhand" });
  const { errors, output } = await session.run("Get-QnapLunSnapshot sqldata | Remove-QnapLunSnapshot -Confirm:$false");
  expect(output).toEqual([]);
  expect(errors).toMatchObject([
    { id: "SnapshotNotOurs,Remove-QnapLunSnapshot", category: "PermissionDenied", target: "byhand1" },
  ]);
  expect(await left()).toEqual(["byhand1"]);
});

test("removes by LUN and id", async () => {
  await session.get(
    "$s = New-QnapLunSnapshot sqllog; Remove-QnapLunSnapshot -Lun sqllog -SnapshotId $s.SnapshotId -Confirm:$false",
  );
  expect(await left()).toEqual(["byhand1"]);
});

test("asks first: without an answer nothing is removed", async () => {
  const { errors } = await session.run("New-QnapLunSnapshot sqllog | Remove-QnapLunSnapshot");
  expect(errors[0]?.id).toMatch(/^ConfirmationImpossible/);
  expect(await left()).toHaveLength(2);
});

test("-WhatIf removes nothing, and tells only what would be removed", async () => {
  const { screen, errors } = await session.run("Get-QnapLunSnapshot | Remove-QnapLunSnapshot -WhatIf");
  expect(errors).toMatchObject([{ id: "SnapshotNotOurs,Remove-QnapLunSnapshot", target: "byhand1" }]);
  expect(screen).not.toContain("byhand1");
  expect(screen).toMatch(/What if: .*Remove.* on target "snapshot 'QS_sqllog_.*' of LUN 'sqllog' on 127\.0\.0\.1"/);
  expect(await left()).toHaveLength(2);
});

test("a bare name for -Snapshot is refused with what to use instead", async () => {
  const { errors } = await session.run("Remove-QnapLunSnapshot byhand1 -Confirm:$false");
  expect(errors).toMatchObject([{ id: "InvalidParameter,Remove-QnapLunSnapshot", target: "byhand1" }]);
  expect(errors[0]?.message).toContain("-SnapshotName");
});

test("a snapshot that is gone meanwhile is an error", async () => {
  const { errors } = await session.run(
    "$s = New-QnapLunSnapshot sqldata; 1..2 | ForEach-Object { $s | Remove-QnapLunSnapshot -Confirm:$false }",
  );
  expect(errors).toMatchObject([{ id: "SnapshotNotFound,Remove-QnapLunSnapshot" }]);
});

testExamples("Remove-QnapLunSnapshot", () => session);
