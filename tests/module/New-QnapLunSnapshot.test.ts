import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { type ModuleSession, startSession, startVmwareSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.stop());

test("takes a snapshot, with description and expiry as asked for", async () => {
  const [taken] = await session.get(
    "Get-QnapLun sqldata | New-QnapLunSnapshot -Type crash -Description 'before pätch' -ExpireAfter 7.00:00",
  );
  const kept = (await session.nas.state()).snapshots.find(({ name }) => name === taken?.Name);
  expect(kept).toMatchObject({ expireMin: 7 * 24 * 60, vital: false });
  expect(taken).toMatchObject({ LunName: "sqldata", Consistency: "Crash", Ours: true, Description: "before pätch" });
  expect(String(taken?.Name)).toMatch(/^QS_sqldata_/);
});

test("gives times as DateTime: the NAS's own without a zone, ours in UTC", async () => {
  const kinds =
    "$s = New-QnapLunSnapshot sqldata -ExpireAfter 0:30; $s.CreateTime.Kind, $s.CreateTimeUtc.Kind, ($s.ExpireTimeUtc - $s.CreateTimeUtc).TotalMinutes";
  expect(await session.get(`${kinds} | ForEach-Object { "$_" }`)).toEqual(["Unspecified", "Utc", "30"]);
});

test("LUNs that come down the pipeline are taken as one set", async () => {
  const taken = await session.get("Get-QnapLun | New-QnapLunSnapshot -Name nightly -Vital");
  expect(taken).toMatchObject([{ LunName: "sqldata" }, { LunName: "sqllog" }]);
  expect(new Set(taken.map(({ OperationId }) => OperationId)).size).toBe(1);
  expect(String(taken[0]?.Name)).toMatch(/^QS_nightly_/);
});

test("-WhatIf changes nothing", async () => {
  await session.nas.reset();
  const { output, screen } = await session.run("New-QnapLunSnapshot sqldata, sqllog -WhatIf");
  expect(output).toEqual([]);
  expect(screen).toContain(
    "What if: Performing the operation \"Take a snapshot (Crash)\" on target \"LUN 'sqldata', LUN 'sqllog'\"",
  );
  expect((await session.nas.effects()).filter(({ kind }) => !kind.startsWith("session."))).toEqual([]);
});

test.each([
  ["nowhere", "LunNotFound"],
  ["sql*", "LunPattern"],
  ["sqldata -Type Application", "NoConsumerKnown"],
])("-WhatIf tells what would be refused: %s", async (what, code) => {
  const { screen, errors } = await session.run(`New-QnapLunSnapshot ${what} -WhatIf`);
  expect(errors).toMatchObject([{ id: `${code},New-QnapLunSnapshot` }]);
  expect(screen).not.toContain("What if");
});

test("a LUN that comes twice is taken once, and named once", async () => {
  const { screen } = await session.run("Get-QnapLun sqldata, sqldata | New-QnapLunSnapshot -WhatIf");
  expect(screen.match(/LUN 'sqldata'/g)).toHaveLength(1);
  expect(await session.get("'sqldata', 'SQLDATA' | New-QnapLunSnapshot")).toHaveLength(1);
});

test("an empty pipeline takes nothing", async () => {
  await session.nas.reset();
  expect(await session.get("Get-QnapLun nothing* | New-QnapLunSnapshot")).toEqual([]);
  expect((await session.nas.effects()).filter(({ kind }) => kind === "snapshot.create")).toEqual([]);
});

test("refuses a LUN whose index belongs to another LUN since it was listed", async () => {
  const script = "$lun = Get-QnapLun sqldata; $lun.Naa = 'f' * 32; New-QnapLunSnapshot $lun";
  const { errors } = await session.run(script);
  expect(errors).toMatchObject([{ id: "LunChanged,New-QnapLunSnapshot", category: "InvalidOperation" }]);
});

test("a row of a CSV file will do for a LUN; another object will not", async () => {
  const csv = "Get-QnapLun sqldata | Select-Object Nas, Name, Naa, LunIndex | ConvertTo-Csv | ConvertFrom-Csv";
  expect(await session.get(`(${csv} | New-QnapLunSnapshot).LunName`)).toEqual(["sqldata"]);
  const { errors } = await session.run("Get-QnapNas | New-QnapLunSnapshot");
  expect(errors).toMatchObject([{ id: "InvalidParameter,New-QnapLunSnapshot", category: "InvalidArgument" }]);
});

test("-Nas must be where the object came from", async () => {
  const { errors } = await session.run("Get-QnapLun sqldata | New-QnapLunSnapshot -Nas other");
  expect(errors).toMatchObject([{ id: "InvalidParameter,New-QnapLunSnapshot" }]);
});

test.each([
  ["a plain number, which would count ticks,", "7"],
  ["nothing", "0:0"],
  ["a negative time", "(New-TimeSpan -Minutes -5)"],
])("%s is no time to keep a snapshot", async (_, time) => {
  const { errors } = await session.run(`New-QnapLunSnapshot sqldata -ExpireAfter ${time}`);
  expect(errors[0]?.id).toBe("ParameterArgumentValidationError,New-QnapLunSnapshot");
  expect(errors[0]?.message).toContain("7.00:00 for seven days");
});

test("Application: nobody is known who could be asked, so nothing is taken", async () => {
  await session.nas.reset();
  const { errors } = await session.run("New-QnapLunSnapshot sqldata -Type Application");
  expect(errors).toMatchObject([{ id: "NoConsumerKnown,New-QnapLunSnapshot", category: "ObjectNotFound" }]);
  expect((await session.nas.effects()).filter(({ kind }) => kind === "snapshot.create")).toEqual([]);
});

describe("with a vCenter", () => {
  let vmware: ModuleSession;
  beforeAll(async () => {
    vmware = await startVmwareSession();
  });
  afterAll(() => vmware.stop());

  test("Application: each VM has its label, and the LUN the worst of them", async () => {
    const [taken] = await vmware.get("New-QnapLunSnapshot ds-prod -Type Application");
    expect(taken).toMatchObject({ Consistency: "FileSystem", FreezeMs: expect.any(Number) });
    expect(taken?.VMs).toMatchObject([
      { Name: "vm001", Consistency: "Application", PowerState: "PoweredOn", Guest: "Windows" },
      { Name: "vm002", Consistency: "FileSystem" },
      { Name: "vm003" },
      { Name: "vm004" },
    ]);
    expect(await vmware.get("Get-QnapLunSnapshot ds-prod")).toEqual([taken]);
  });

  testExamples("New-QnapLunSnapshot", () => vmware);
});
