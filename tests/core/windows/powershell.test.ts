import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../../build/repo.ts";
import { Unconfirmed } from "../../../ts-core/net/unconfirmed.ts";
import { HostSession } from "../../../ts-core/windows/powershell.ts";
import { pwshPath } from "../../pwsh.ts";

/** Functions as module/Host has them, called by its own caller. */
const functions = {
  "Get-Echo": "param($Text, $Number) [pscustomobject]@{ text = $Text; number = $Number; list = @(1) }",
  "Get-Nothing": "",
  "Get-Pid": "$PID",
  "Set-Broken": "Write-Error -Message 'kaputt' -ErrorId NoSuchDisk",
  "Set-Loud": "[Console]::Out.WriteLine('aloud'); Write-Warning 'w'; Write-Progress p",
  "Set-Long": "Start-Sleep -Seconds 8",
  "Set-Slow": "Start-Sleep -Seconds 60",
  "Set-Dying": "[Environment]::Exit(3)",
};

let folder: string;
let host: HostSession;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qnap-functions-"));
  for (const name of ["Invoke-HostFunction.ps1", "ConvertTo-HostFailure.ps1"])
    symlinkSync(join(root, "module/Host", name), join(folder, name));
  for (const [name, body] of Object.entries(functions))
    writeFileSync(join(folder, `${name}.ps1`), `function ${name} { ${body} }`);
  host = new HostSession(pwshPath(), folder);
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

test("parameters and results keep their kind and every sign, whatever a console makes of it", async () => {
  const text = 'it\'s "quoted" $x `n F:\\\\a; \u00fc \u4e2d \u{1f600}';
  expect(await host.read("Get-Echo", { Text: text, Number: 7 })).toEqual([{ text, number: 7, list: [1] }]);
  expect(await host.read("Get-Nothing")).toEqual([]);
});

test("an error is told by its id and code; the session goes on", async () => {
  const details = {
    call: "Set-Broken",
    id: expect.stringMatching(/^NoSuchDisk/),
    hresult: expect.any(Number),
    reason: "kaputt",
  };
  await expect(host.act("Set-Broken")).rejects.toMatchObject({ code: "WindowsRefused", details });
  expect(await host.read("Get-Nothing")).toEqual([]);
});

test("a call that waits for a long one before it has all of its time", async () => {
  await host.act("Get-Nothing");
  expect(await Promise.all([host.act("Set-Long"), host.act("Get-Nothing", {}, 6_000)])).toEqual([[], []]);
});

test("the mark of a download does not keep it from its functions", async () => {
  const [args, executable] = [join(folder, "args"), join(folder, "powershell")];
  writeFileSync(executable, `#!/bin/sh\necho "$@" > '${args}'\nexec '${pwshPath()}' "$@"\n`, { mode: 0o755 });
  const session = new HostSession(executable, folder);
  expect(await session.read("Get-Nothing")).toEqual([]);
  await session.close();
  expect(readFileSync(args, "utf8")).toContain("-ExecutionPolicy Bypass");
});

describe("what gives no answer may have been done", () => {
  test.each([
    ["too slow", "Set-Slow", 300],
    ["PowerShell ends", "Set-Dying", 60_000],
    ["something else is said", "Set-Loud", 60_000],
  ])("%s", async (_, name, timeoutMs) => {
    await expect(host.act(name, {}, timeoutMs)).rejects.toBeInstanceOf(Unconfirmed);
    expect(await host.read("Get-Nothing"), "the next call has a PowerShell of its own").toEqual([]);
  });

  test("a look that got none is told so, and can be tried again", async () => {
    await expect(host.read("Set-Dying")).rejects.toMatchObject({ code: "PowerShellNoAnswer", retryable: true });
  });
});

test("a PowerShell that is killed between two calls ends nobody else", async () => {
  const [pid] = await host.read<number>("Get-Pid");
  process.kill(Number(pid), "SIGKILL");
  await expect(host.read("Get-Nothing")).rejects.toMatchObject({ code: "PowerShellNoAnswer" });
  expect(await host.read("Get-Nothing")).toEqual([]);
});

test("one that cannot be started is said to be so, with its path", async () => {
  const missing = new HostSession("/nowhere/powershell", folder);
  await expect(missing.read("Get-Nothing")).rejects.toMatchObject({
    code: "PowerShellNotStarted",
    details: { path: "/nowhere/powershell", reason: expect.stringMatching(/ENOENT/) },
  });
});
