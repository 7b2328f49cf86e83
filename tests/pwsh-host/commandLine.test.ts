import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runPwsh } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "pwsh-host-"));
afterAll(() => rmSync(folder, { recursive: true }));

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("exit codes", () => {
  it.each([
    ["success", "1", 0],
    ["exit", "exit 7", 7],
    ["throw", "throw 'x'", 1],
    ["an unknown command last", "no-such-command", 1],
    ["a failed command that is not the last", "Get-Item /no/such; 1", 0],
    ["a program that failed last", "sh -c 'exit 3'", 1],
  ])("-Command: %s", async (_, command, code) => {
    expect((await runPwsh(["-Command", command])).code).toBe(code);
  });

  it("-File: exit in the script is the exit code of the process", async () => {
    const path = script("exit.ps1", "'before'; exit 3; 'after'");
    expect(await runPwsh(["-File", path])).toMatchObject({ stdout: "before\n", code: 3 });
  });

  it("an unknown option is refused", async () => {
    expect((await runPwsh(["-NoSuchOption"])).code).toBe(64);
  });

  it("a missing script file is refused", async () => {
    const { code, stdout, stderr } = await runPwsh(["-File", join(folder, "none.ps1")]);
    expect(code).toBe(64);
    expect(stdout + stderr).toContain("is not recognized as the name of a script file");
  });
});

describe("arguments", () => {
  it("-File binds switches, values and what is left over", async () => {
    const path = script("bind.ps1", 'param([string] $A, [switch] $S, [switch] $T, $B) "$A|$S|$T|$B"');
    const { stdout } = await runPwsh(["-File", path, "-A", "x y", "-S", "-T:$false", "left"]);
    expect(stdout).toBe("x y|True|False|left\n");
  });

  it("-EncodedCommand takes any character", async () => {
    const encoded = Buffer.from("'\u00fc \u20ac'", "utf16le").toString("base64");
    expect((await runPwsh(["-EncodedCommand", encoded])).stdout).toContain("\u00fc \u20ac");
  });

  it("$input is standard input", async () => {
    expect((await runPwsh(["-Command", '$input | ForEach-Object { "<$_>" }'], "a\nb\n")).stdout).toBe("<a>\n<b>\n");
  });

  it("-WorkingDirectory", async () => {
    expect((await runPwsh(["-WorkingDirectory", "/tmp", "-Command", "(Get-Location).Path"])).stdout).toBe("/tmp\n");
  });
});

describe("streams", () => {
  it("errors go to standard error, all else to standard output, without escapes", async () => {
    const command =
      "Write-Error bad; Write-Warning careful; Write-Verbose talk -Verbose; Write-Host hi; 'out'; Write-Output done";
    const { stdout, stderr } = await runPwsh(["-Command", command]);
    expect(stderr).toContain("bad");
    expect(stdout).toBe("WARNING: careful\nVERBOSE: talk\nhi\nout\ndone\n");
    expect(stdout + stderr).not.toContain("\u001b");
  });

  it("an error in a script shows its line", async () => {
    const path = script("fail.ps1", "1\nGet-Item /no/such");
    const { stderr } = await runPwsh(["-File", path]);
    expect(stderr).toMatch(/fail\.ps1:2/);
    expect(stderr).toContain("Get-Item /no/such");
  });
});

describe("-Command -", () => {
  it("runs each complete line, and a block when a blank line ends it", async () => {
    const { stdout, code } = await runPwsh(["-Command", "-"], "$a = 1\n$a + 1\nif ($a) {\n'block'\n}\n\n'end'\n");
    expect(stdout.trim().split(/\n+/)).toEqual(["2", "block", "end"]);
    expect(code).toBe(0);
  });
});
