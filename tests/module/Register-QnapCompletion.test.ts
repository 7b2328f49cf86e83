import { afterAll, beforeAll, expect, test } from "vitest";
import { type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession({ connect: false });
});
afterAll(() => session.stop());

/** What Tab offers at the end of a line. */
async function complete(line: string): Promise<string[]> {
  const offered = await session.get<string>(
    `(TabExpansion2 '${line}' ${line.length}).CompletionMatches | Where-Object ResultType -eq ParameterValue | ForEach-Object CompletionText`,
  );
  return offered.sort();
}

test("offers nothing, starts no core and logs in nowhere before a NAS is connected", async () => {
  await session.nas.reset();
  expect(await complete("Get-QnapLun -Name sq")).toEqual([]);
  expect(await session.get("& (Get-Module QnapSnapshot) { $null -eq $script:Core }")).toEqual([true]);
  expect(await session.nas.requests()).toEqual([]);
});

test("offers NAS, LUN and snapshot names", async () => {
  await session.get(`Connect-QnapNas ${session.login}`);
  const [taken] = await session.get("New-QnapLunSnapshot sqllog");
  expect(await complete("Test-QnapNas 127")).toEqual([session.name]);
  expect(await complete("Get-QnapLun -Nas 1")).toEqual([session.name]);
  expect(await complete("Get-QnapLun SQL")).toEqual(["sqldata", "sqllog"]);
  expect(await complete("New-QnapLunSnapshot -Lun sqld")).toEqual(["sqldata"]);
  expect(await complete("Restore-QnapLunSnapshot -Lun sqllog -SnapshotName Q")).toEqual([taken?.Name]);
  expect(await complete("Restore-QnapLunSnapshot -Lun sqldata -SnapshotName Q")).toEqual([]);
});

test("offers ids of operations", async () => {
  const [id] = await session.get<string>("(Get-QnapOperation | Select-Object -First 1).OperationId");
  expect(await complete(`Repair-QnapOperation ${id}`)).toEqual([id]);
  expect(await complete(`Get-QnapOperation ${id}`)).toEqual([id]);
});

test("a NAS that does not answer for a minute does not hold up the key that long, and is no error", async () => {
  await session.nas.fault({ kind: "latency", ms: 60_000, times: 0, match: { path: "/" } });
  const startMs = Date.now();
  expect(await complete("Get-QnapLun sql")).toEqual([]);
  expect(Date.now() - startMs).toBeLessThan(20_000);
  expect(await session.get("$Error.Count")).toEqual([0]);
  await session.nas.clearFaults();
  expect(await complete("Get-QnapLun sqll")).toEqual(["sqllog"]);
});
