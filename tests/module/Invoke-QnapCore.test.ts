import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { corePid, type ModuleSession, manifest, powershell, startSession } from "./session.ts";

const moduleFolder = dirname(manifest);
const coreFile = "bin/linux-x64/qnap-snapshot-core";

let session: ModuleSession;
const copies = mkdtempSync(join(tmpdir(), "qnap-module-copies-"));
beforeAll(async () => {
  session = await startSession();
});
afterAll(async () => {
  await session.stop();
  rmSync(copies, { recursive: true, force: true });
});

/** A copy of the module without its core. */
function copyOfModule(name: string): string {
  const copy = join(copies, name, "QnapSnapshot");
  cpSync(moduleFolder, copy, { recursive: true, filter: (path) => path !== join(moduleFolder, "bin") });
  mkdirSync(dirname(join(copy, coreFile)), { recursive: true });
  return copy;
}

async function firstErrorOf(copy: string): Promise<string> {
  const script = `Import-Module '${copy}/QnapSnapshot.psd1'; try { Get-QnapNas } catch { "$($_.FullyQualifiedErrorId) $_" }`;
  return (await powershell(session.home, script).ended).stdout.trim();
}

test("a core that is missing: says where it should be and how to get it", async () => {
  const copy = copyOfModule("missing");
  const message = await firstErrorOf(copy);
  expect(message).toMatch(/^CoreMissing,Get-QnapNas /);
  expect(message).toContain(join(copy, coreFile));
  expect(message).toContain("npm run package");
});

test("a core that may not be run", async () => {
  const copy = copyOfModule("forbidden");
  writeFileSync(join(copy, coreFile), "");
  expect(await firstErrorOf(copy)).toMatch(/^CoreNotStarted,Get-QnapNas /);
});

test("a core that ends at once: its exit code and its last words", async () => {
  const copy = copyOfModule("broken");
  writeFileSync(join(copy, coreFile), "#!/bin/sh\necho 'a library is missing' >&2\nexit 3\n");
  chmodSync(join(copy, coreFile), 0o755);
  expect(await firstErrorOf(copy)).toMatch(/^CoreEnded,Get-QnapNas .*exit code 3 .*a library is missing/);
});

test("a core of another version", async () => {
  const copy = copyOfModule("mismatch");
  symlinkSync(join(moduleFolder, coreFile), join(copy, coreFile));
  const psd1 = join(copy, "QnapSnapshot.psd1");
  writeFileSync(psd1, readFileSync(psd1, "utf8").replace(/(ModuleVersion += )'.*'/, "$1'9.9.9'"));
  expect(await firstErrorOf(copy)).toMatch(/^CoreVersionMismatch,Get-QnapNas .*9\.9\.9/);
});

test("text of any language, and text that looks like a time, come back as they were", async () => {
  const description = `"Größe" \\ 日本 😀 it's\n2026-01-02T03:04:05`;
  const quoted = description.replaceAll("'", "''");
  expect(await session.get(`(New-QnapLunSnapshot sqldata -Description '${quoted}').Description`)).toEqual([
    description,
  ]);
  const time = "2026-01-02T03:04:05.25Z";
  expect(await session.get(`(New-QnapLunSnapshot sqldata -Description ${time}).Description.GetType().Name`)).toEqual([
    "String",
  ]);
  expect(await session.get(`(New-QnapLunSnapshot sqldata -Description ${time}).Description + '.'`)).toEqual([
    `${time}.`,
  ]);
});

test("a list goes on down the pipeline while other requests run, and nothing is lost or doubled", async () => {
  await session.nas.seedSnapshots({ lun: "sqllog", count: 600 });
  const script = 'Get-QnapLunSnapshot sqllog | ForEach-Object { "$($_.Name) $((Get-QnapLun sqldata).Name)" }';
  const lines = await session.get<string>(script);
  expect(lines.sort()).toEqual(Array.from({ length: 600 }, (_, i) => `snap${i + 1} sqldata`).sort());
});

test("a pipeline that was stopped leaves nothing behind: the next call gets its own answer", async () => {
  await session.nas.fault({ kind: "latency", ms: 60_000, times: 1, match: { path: "iscsi" } });
  const script = `
    $runspace = [runspacefactory]::CreateRunspace($Host, [initialsessionstate]::CreateDefault2()); $runspace.Open()
    function Start-Script($Text) { $ps = [powershell]::Create(); $ps.Runspace = $runspace; $null = $ps.AddScript($Text); $ps }
    $null = (Start-Script "Import-Module '${manifest}'; Connect-QnapNas ${session.login}").Invoke()
    $slow = Start-Script 'Get-QnapLun'; $null = $slow.BeginInvoke(); Start-Sleep -Milliseconds 500
    [string]$slow.InvocationStateInfo.State
    $watch = [Diagnostics.Stopwatch]::StartNew(); $slow.Stop(); $watch.ElapsedMilliseconds -lt 20000
    (Start-Script '(Get-QnapNas).Name; (Get-QnapLun).Name -join " "; & (Get-Module QnapSnapshot) { $script:Core.Inbox.Count }; Remove-Module QnapSnapshot').Invoke()`;
  expect(await session.get(script)).toEqual(["Running", true, session.name, "sqldata sqllog", 0]);
});

test("whoever has enough ends the list: the core is told, in ASCII, one message a line", async () => {
  const copy = copyOfModule("overheard");
  const heard = join(copies, "heard");
  writeFileSync(join(copy, coreFile), `#!/bin/sh\ntee '${heard}' | '${join(moduleFolder, coreFile)}' "$@"\n`);
  chmodSync(join(copy, coreFile), 0o755);
  const script = `Import-Module '${copy}/QnapSnapshot.psd1'; $null = Connect-QnapNas ${session.login}; Get-QnapLun '*d*' | Select-Object -First 1; Get-QnapLun 'größe*'; Remove-Module QnapSnapshot`;
  await powershell(session.home, script).ended;
  const text = readFileSync(heard);
  expect(text.every((byte) => byte < 128)).toBe(true);
  const messages = text
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(messages.map(({ method }) => method)).toEqual(["initialize", "connectNas", "getLun", "$/cancel", "getLun"]);
  expect(messages[3].params).toEqual({ id: messages[2].id });
  expect(messages[4].params).toEqual({ name: "größe*" });
});

test("progress is shown, and taken away at the end", async () => {
  const script = `
    $ps = [powershell]::Create([initialsessionstate]::CreateDefault2())
    $null = $ps.AddScript("Import-Module '${manifest}'; Connect-QnapNas ${session.login}; New-QnapLunSnapshot sqldata | New-QnapLunClone -Name progress; Remove-Module QnapSnapshot").Invoke()
    $ps.Streams.Progress | ForEach-Object { "$($_.RecordType) $($_.Activity)" }`;
  const shown = await session.get<string>(script);
  expect(shown.length).toBeGreaterThan(1);
  expect(shown[0]).toMatch(/^Processing ./);
  expect(shown.at(-1)).toMatch(/^Completed ./);
});

test("Ctrl-C ends a cmdlet at once, and the core brings the operation to an end", async () => {
  await session.nas.fault({ kind: "holdBefore", match: { kindOfEffect: "snapshot.create" }, times: 1 });
  const login = `Import-Module '${manifest}'; $null = Connect-QnapNas ${session.login}`;
  const { child, ended } = powershell(session.home, `${login}; New-QnapLunSnapshot sqldata -Name interrupted`);
  const [held] = await session.nas.holds(240_000);
  const stoppedAt = Date.now();
  child.kill("SIGINT");
  const { code } = await ended;
  expect(code).toBe(130);
  expect(Date.now() - stoppedAt).toBeLessThan(20_000);
  if (held) await session.nas.release(held.id, "continue");
  await expect.poll(() => session.get("@(Get-QnapOperation)[0].State")).toEqual(["Completed"]);
});

test("a core that died between two cmdlets is replaced", async () => {
  const pid = await corePid(session);
  process.kill(pid, "SIGKILL");
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  expect(await session.get("Get-QnapNas")).toEqual([]);
  expect(await corePid(session)).not.toBe(pid);
});

test("Remove-Module ends the core", async () => {
  const pid = await corePid(session);
  await session.get(`Remove-Module QnapSnapshot; Import-Module '${manifest}'`);
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});
