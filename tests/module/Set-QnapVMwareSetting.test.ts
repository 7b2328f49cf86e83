import { afterAll, beforeAll, expect, test } from "vitest";
import type { SimulatedVcenter } from "../sim/vcenter/start.ts";
import { testExamples } from "./examples.ts";
import { converse, credential, type ModuleSession, startSession, vmwareLogin } from "./session.ts";

let session: ModuleSession;
let vcenter: SimulatedVcenter;
let server: string;
beforeAll(async () => {
  session = await startSession({ connect: false, vcenter: { vms: 1 } });
  vcenter = session.vcenter as SimulatedVcenter;
  server = new URL(vcenter.url).hostname;
});
afterAll(() => session.stop());

const set = () => `Set-QnapVMwareSetting ${vmwareLogin(vcenter)}`;

test("-WhatIf stores nothing and does not log in", async () => {
  const { screen } = await session.run(`${set()} -WhatIf`);
  expect(screen).toContain(`on target "vCenter '${server}'"`);
  expect(await session.get("Get-QnapVMwareSetting")).toEqual([]);
  expect(await vcenter.counts()).toEqual({});
});

test("a refused password is stored nowhere, sent once, and stands in no stream", async () => {
  const wrong = `Set-QnapVMwareSetting ${vmwareLogin(vcenter, "wr0ng!secret")} -Verbose`;
  const tries = [await session.run(wrong), await session.run(wrong)];
  expect(tries.map(({ errors }) => errors[0]?.id)).toEqual([
    "VCenterPasswordRefused,Set-QnapVMwareSetting",
    "VCenterPasswordLatched,Set-QnapVMwareSetting",
  ]);
  expect(JSON.stringify(tries)).not.toContain("wr0ng!secret");
  expect(await vcenter.counts()).toMatchObject({ Login: 1 });
  await session.run(`${wrong} -RetryRefusedPassword`);
  expect(await vcenter.counts()).toMatchObject({ Login: 2 });
  expect(await session.get("Get-QnapVMwareSetting")).toEqual([]);
});

test.each([
  ["y", 1],
  ["n", 0],
])("an unknown certificate is shown with its thumbprint; the answer is '%s'", async (answer, stored) => {
  const login = `${server} -Port ${new URL(vcenter.url).port} -Credential ${credential(vcenter)}`;
  const { stdout } = await converse(session, `$null = Set-QnapVMwareSetting ${login}`, answer);
  expect(stdout.replaceAll(/\s/g, "")).toContain(vcenter.thumbprint);
  expect(await session.get("@(Get-QnapVMwareSetting).Count")).toEqual([stored]);
  await session.get("Get-QnapVMwareSetting | Remove-QnapVMwareSetting -Confirm:$false");
});

test("another certificate than the pinned one is never offered for acceptance", async () => {
  const other = vmwareLogin(vcenter).replace(vcenter.thumbprint, "ab".repeat(32));
  const { stdout, stderr } = await converse(session, `Set-QnapVMwareSetting ${other}`, "y");
  expect(stdout).not.toContain("Trust it?");
  expect(stderr).toContain("not the one that was pinned");
});

test("keeps everything that is given, and changes only what is given later", async () => {
  const policy =
    "-SnapshotMethod memory -IncludeVM 'web*', 'sql*' -ExcludeTag no-snapshot -MethodOverride ([ordered]@{ 'sql1' = 'None'; 'sql*' = 'Quiesce' }) " +
    "-TagMethodOverride @{ gold = 'Quiesce' } -RuleVerdict @{ RawDevice = 'Refuse' } -MaxPerHost 4 -MaxPerVCenter 16 " +
    "-SnapshotTimeoutSeconds 60 -TotalTimeoutSeconds 600 -GuestShutdownSeconds 0";
  await session.get(`${set()} ${policy}`);
  const [row] = await session.get(`Set-QnapVMwareSetting ${server} -IncludeVM @() -MaxPerHost 2`);
  expect(row).toMatchObject({
    Server: server,
    UserName: vcenter.user,
    Trust: "Pinned",
    SnapshotMethod: "Memory",
    IncludeVM: [],
    ExcludeTag: ["no-snapshot"],
    TagMethodOverride: { gold: "Quiesce" },
    RuleVerdict: { RawDevice: "Refuse" },
    MaxPerHost: 2,
    MaxPerVCenter: 16,
    SnapshotTimeoutSeconds: 60,
    TotalTimeoutSeconds: 600,
    GuestShutdownSeconds: 0,
  });
  expect(Object.entries(row?.MethodOverride ?? {})).toEqual([
    ["sql1", "None"],
    ["sql*", "Quiesce"],
  ]);
});

test("methods and verdicts may be written in any case", async () => {
  const given =
    "-MethodOverride @{ 'web*' = 'memory' } -TagMethodOverride @{ gold = 'NONE' } -RuleVerdict @{ RawDevice = 'refuse' }";
  const [row] = await session.get(`Set-QnapVMwareSetting ${server} ${given}`);
  expect(row).toMatchObject({
    MethodOverride: { "web*": "Memory" },
    TagMethodOverride: { gold: "None" },
    RuleVerdict: { RawDevice: "Refuse" },
  });
});

test("a rule or method that is not known is told, and nothing changes", async () => {
  const { errors } = await session.run(`Set-QnapVMwareSetting ${server} -RuleVerdict @{ NoSuchRule = 'Warn' }`);
  expect(errors[0]).toMatchObject({ id: "InvalidParameter,Set-QnapVMwareSetting" });
  const bad = await session.run(`Set-QnapVMwareSetting ${server} -MethodOverride @{ 'sql*' = 'Hope' }`);
  expect(bad.errors[0]?.message).toContain("must be one of Quiesce, QuiesceOrFallback, Memory, None");
  expect(await session.get("(Get-QnapVMwareSetting).RuleVerdict.RawDevice")).toEqual(["Refuse"]);
});

testExamples("Set-QnapVMwareSetting", () => session);
