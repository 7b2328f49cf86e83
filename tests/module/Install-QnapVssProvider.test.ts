import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Journal } from "../../ts-core/state/journal.ts";
import { Leases } from "../../ts-core/state/leases.ts";
import { testExamples } from "./examples.ts";
import { type ServerSession, startServerSession } from "./windowsServer.ts";

let session: ServerSession;
beforeAll(async () => {
  session = await startServerSession();
});
afterAll(() => session.stop());
beforeEach(() => session.fresh());

const install = () => session.get("Install-QnapVssProvider");
const folder = "<root>/ProgramFiles/QnapSnapshot";
const onlySystem = "O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
const name = "QnapSnapshot VSS Provider";
const dll = "bin/win-x64/qnap-vss-provider.dll";
const eventKey = `SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\QnapSnapshot`;

const copies = [
  `Set-Acl ${folder} ${onlySystem}(A;OICI;0x1200a9;;;BU)`,
  ...["core.exe", "dpapi.exe"].map((file) => copied(`bin/win-x64/qnap-snapshot-${file}`)),
  ...["provider.dll", "requestor.exe"].map((file) => copied(`bin/win-x64/qnap-vss-${file}`)),
  copied("bin/win-x64/vendor/fastlist.exe"),
  copied("Host/Get-HostDisk.ps1"),
];
function copied(file: string): string {
  return `Copy-Item ${file.split("/").at(-1)} ${folder}/new/${file}`;
}

const application = [
  `Name = ${name}`,
  "Description = Makes VSS shadow copies as snapshots on QNAP NAS.",
  "ApplicationAccessChecksEnabled = 1",
  "Authentication = 6",
  "AuthenticationCapability = 2",
  "ImpersonationLevel = 2",
  "Applications.SaveChanges",
  `CreateServiceForApplication ${name} ${name} SERVICE_AUTO_START SERVICE_ERROR_NORMAL .\\localsystem`,
  `InstallComponent ${name} ${folder}/app/${dll}`,
  "Name = Administrators",
  "Roles.SaveChanges",
  "User = .\\Administratoren",
  "User = SYSTEM",
  "UsersInRole.SaveChanges",
];
const task = [
  `Register-ScheduledTask QnapSnapshot recovery | ${folder}/app/bin/win-x64/qnap-snapshot-core.exe run recover`,
  "at start-up, every 15 min for 24 h",
  "S-1-5-18 ServiceAccount Highest",
  "IgnoreNew, limit 0",
].join(" | ");

test("a server without a provider: every call to Windows, in this order", async () => {
  expect(await install()).toMatchObject([{ Status: "Installed", Version: "0.1.0", Problem: [] }]);
  expect(await session.calls()).toEqual([
    `Set-Acl <root>/CommonApplicationData/QnapSnapshot ${onlySystem}`,
    ...copies,
    `Move ${folder}/new ${folder}/app`,
    ...application,
    `QVssRegister of ${folder}/app/${dll}`,
    `Set-RegistryEntry ${eventKey} EventMessageFile=${folder}/app/${dll} (String)`,
    `Set-RegistryEntry ${eventKey} TypesSupported=7 (DWord)`,
    task,
  ]);
});

test("run again it stops and replaces what is there, and ends the same", async () => {
  await install();
  const [before] = await session.get("Get-ServerState");
  await session.calls();
  await install();
  expect(await session.calls()).toEqual([
    ...copies,
    `QVssUnregister of ${folder}/app/${dll}`,
    `ShutdownApplication ${name}`,
    `Applications.Remove ${name}`,
    "Applications.SaveChanges",
    `Move ${folder}/app ${folder}/old`,
    `Move ${folder}/new ${folder}/app`,
    ...application,
    `QVssRegister of ${folder}/app/${dll}`,
    task,
  ]);
  expect(await session.get("Get-ServerState")).toEqual([before]);
});

test("repairs a provider whose DLL is gone", async () => {
  await install();
  rmSync(join(session.root, "ProgramFiles/QnapSnapshot/app", dll));
  expect(await session.get("Get-QnapVssProvider")).toMatchObject([{ Status: "NeedsAttention" }]);
  expect(await install()).toMatchObject([{ Status: "Installed", Problem: [] }]);
});

test("-WhatIf tells every step and what would be refused, and does nothing", async () => {
  const { screen } = await session.run("$Windows.Elevated = $false; Install-QnapVssProvider -WhatIf");
  expect(screen).toMatch(
    /Would be refused: this session is not elevated[\s\S]*1\. Make the state folder[\s\S]*7\. Make/,
  );
  expect(await session.calls()).toEqual([]);
  expect(existsSync(join(session.root, "ProgramFiles/QnapSnapshot"))).toBe(false);
});

describe("what stands in the way", () => {
  async function refusal(setUp: string): Promise<string> {
    const { errors, output } = await session.run(`${setUp}; Install-QnapVssProvider`);
    expect(output).toEqual([]);
    expect(errors).toMatchObject([{ id: "PrerequisitesMissing,Install-QnapVssProvider" }]);
    expect(await session.calls()).toEqual([]);
    return errors[0]?.message ?? "";
  }

  test("is told all at once, and nothing is done", async () => {
    rmSync(join(session.root, "module", dll));
    mkdirSync(join(session.root, "CommonApplicationData/QnapSnapshot"));
    const told = await refusal(`$Windows.System = @{ ProductType = 1; Version = '6.2.9200' }; $Windows.Elevated = $false
      $Windows.Is64Bit = $false; $Windows.Signature = 'HashMismatch'
      $Windows.Services = @(@{ Name = 'svc7'; DisplayName = 'ACME SMI-S Provider'; PathName = 'C:\\acme.exe' })`);
    expect(told).toMatch(/no Windows Server/);
    expect(told).toMatch(/Windows 6\.2\.9200 is too old/);
    expect(told).toMatch(/not elevated/);
    expect(told).toMatch(/32-bit PowerShell/);
    expect(told).toMatch(/service 'svc7' \(ACME SMI-S Provider\)/);
    expect(told).toMatch(/qnap-vss-provider\.dll is missing/);
    expect(told).toMatch(/signature of \S+core\.exe is not good \(HashMismatch\)/);
    expect(told).toMatch(/QnapSnapshot is not safe: it belongs to another account .* takeown \/A \/R \/F/);
  });

  test("an SMI-S provider that runs, by its process", async () => {
    const program = join(session.root, "cimserver");
    copyFileSync("/bin/sleep", program);
    const running = spawn(program, ["300"]);
    expect(await refusal("$Windows.RealProcesses = $true")).toContain(
      `an SMI-S provider runs: cimserver (process ${running.pid})`,
    );
    running.kill("SIGKILL");
  });

  test("a state folder that is a link", async () => {
    symlinkSync(join(session.root, "module"), join(session.root, "CommonApplicationData/QnapSnapshot"));
    expect(await refusal("")).toContain("is not safe: it is a link");
  });

  test("an operation that is under way", async () => {
    const log = await new Journal(session.home, new Leases(session.home)).begin("newLunSnapshot", {
      nas: [],
      luns: [],
    });
    expect(await refusal("")).toContain(`operation ${log.operationId} (newLunSnapshot) is under way`);
    await log.end("Undone", "");
    await log.release();
  });
});

/** Lets each call to Windows fail in turn; gives the calls after which the server was not as before. */
const faults = `
  & (Get-Module QnapSnapshot) { function Get-BusyObstacle { }
  $before = Get-ServerState; $told = @()
  $Windows.Calls.Clear(); $null = Install-QnapVssProvider; $count = $Windows.Calls.Count
  INIT
  foreach ($n in 1..$count) {
    $Windows.Calls.Clear(); $Windows.FailAt = $n
    $failure = try { $null = Install-QnapVssProvider; 'no failure' } catch { $_ }
    $call = $Windows.Calls[$n - 1]; $Windows.FailAt = 0
    if ("$failure" -notmatch 'Windows refused: .*Everything before it was undone') { $told += "$call -> $failure" }
    if ((Get-ServerState) -ne $before) { $told += "$call left something" }
  }
  "$count calls"; $told }`;

describe("a step that fails", () => {
  test("on a server without a provider leaves nothing, whichever call it is", async () => {
    const reset = "Uninstall-QnapVssProvider -RemoveState -Confirm:$false; $before = Get-ServerState";
    const [count, ...left] = await session.get<string>(faults.replace("INIT", reset));
    expect(left).toEqual([]);
    expect(count).toBe(`${1 + copies.length + 1 + application.length + 4} calls`);
  });

  test("in an upgrade leaves the old provider as it was, whichever call it is", async () => {
    await install();
    for (const file of [dll, "Host/Get-HostDisk.ps1"]) writeFileSync(join(session.root, "module", file), "newer");
    const older = "$null = Install-QnapVssProvider; $before = Get-ServerState";
    const [count, ...left] = await session.get<string>(faults.replace("INIT", older));
    expect(left).toEqual([]);
    expect(count).toBe(`${copies.length + 4 + 2 + application.length + 2} calls`);
  });

  test("and cannot be undone is told with what is left", async () => {
    const { errors } = await session.run(`$Windows.FailAt = 27
      & (Get-Module QnapSnapshot) { function Remove-ComApplication { throw 'the catalogue is locked' }; Install-QnapVssProvider }`);
    expect(errors).toMatchObject([{ id: "InstallationFailed,Install-QnapVssProvider" }]);
    expect(errors[0]?.message).toMatch(
      /What could not be undone: Make the COM\+ application .*: the catalogue is locked\. Uninstall-QnapVssProvider removes it/,
    );
  });
});

test("what this account had stored for itself is not lost silently, and this session uses the machine's from then on", async () => {
  mkdirSync(join(session.root, "LocalApplicationData/QnapSnapshot"));
  writeFileSync(join(session.root, "LocalApplicationData/QnapSnapshot/settings.json"), "{}");
  const pid = "& (Get-Module QnapSnapshot) { $script:Core.Process.Id }";
  const { output, warnings } = await session.run(
    `Find-QnapNas -TimeoutSeconds 1; ${pid}; $null = Install-QnapVssProvider; ${pid}`,
  );
  expect(warnings).toEqual([expect.stringMatching(/QnapSnapshot and is no longer read: run Set-QnapNas/)]);
  expect(output[0]).not.toBe(output[1]);
});

test("another snapshot agent is told, and no obstacle", async () => {
  const agent = "@{ Name = 'QSnap'; DisplayName = 'QNAP Snapshot Agent'; PathName = 'C:\\\\agent.exe' }";
  const { output, warnings } = await session.run(`$Windows.Services = @(${agent}); Install-QnapVssProvider`);
  expect(output).toMatchObject([{ Status: "NeedsAttention", Registered: true }]);
  expect(warnings).toEqual([expect.stringContaining("service 'QSnap' (QNAP Snapshot Agent)")]);
});

testExamples("Install-QnapVssProvider", () => session);
