import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outcome, runPwsh } from "../pwsh-host/run.ts";

const repository = join(import.meta.dirname, "../..");
const check = (path: string) => runPwsh(["-File", join(repository, "build/compat51.ps1"), "-Path", path]);

/** One construct a line, with the rule that must name it. */
const planted: readonly (readonly [rule: string, line: string])[] = [
  ["QuestionQuestion", "$a ?? 1"],
  ["QuestionQuestionEquals", "$a ??= 1"],
  ["QuestionDot", `\${a}?.Name`],
  ["QuestionLBracket", `\${a}?[0]`],
  ["AndAnd", "Get-Item a && Get-Item b"],
  ["OrOr", "Get-Item a || Get-Item b"],
  ["Ternary", "$a ? 1 : 2"],
  ["Background", "Get-Item a &"],
  ["CleanBlock", "function f { process { } clean { } }"],
  ["NumberLiteral", "$a = 0b101"],
  ["NumberLiteral", "$a = 10u"],
  ["EscapeSequence", '$a = "`u{fc}"'],
  ["CharacterRange", "'a'..'c'"],
  ["ReplaceByScriptBlock", "$a -replace 'x', { $_ }"],
  ["EnumBaseType", "enum Small : byte { A }"],
  ["ClassPropertyAccessor", "class P { [int] get_Count() { return 1 } }"],
  ["Requires", "#Requires -Version 7.0"],
  ["Parameter", "1..2 | ForEach-Object -Parallel { $_ }"],
  ["Parameter", "$a | ConvertFrom-Json -AsHashtable"],
  ["Parameter", "ConvertTo-Json @() -AsArray"],
  ["Parameter", "Get-Item a -ProgressAction Ignore"],
  ["JoinPathOfMany", "Join-Path a b c"],
  ["EncodingName", "Set-Content a b -Encoding utf8NoBOM"],
  ["ErrorActionBreak", "Get-Item a -ErrorAction Break"],
  ["Command", "Get-Error"],
  ["Variable", "if ($IsWindows) { }"],
  ["Variable", "$global:PSStyle"],
  ["Type", "[semver] '1.0.0'"],
  ["Type", "$a -as [ushort]"],
  ["Attribute", "function f { param([ValidateNotNullOrWhiteSpace()] $a) }"],
  ["ValidateRangeKind", "function f { param([ValidateRange('Positive')] $a) }"],
  ["StaticMember", "[System.IO.Path]::GetRelativePath('a', 'b')"],
  ["StaticMember", "[math]::Clamp(1, 2, 3)"],
  ["StaticMember", "[System.IO.File]::ReadAllTextAsync('a')"],
  ["StaticMember", "[ArgumentNullException]::ThrowIfNull($a)"],
  ["Overload", "[System.IO.File]::Move('a', 'b', $true)"],
  ["Overload", "$process.Kill($true)"],
  ["Overload", "'a'.Contains('b', 'OrdinalIgnoreCase')"],
  ["JoinByChar", "[string]::Join([char] 44, $a)"],
  ["SplitByString", "$a.Split('--')"],
  ["Member", "$start.ArgumentList.Add('x')"],
  ["Member", "$start.StandardInputEncoding = $utf8"],
  ["Member", "$task.WaitAsync(5)"],
  ["NonAsciiWithoutBom", "# \u00fc"],
];

/** What looks alike and is fine on 5.1. */
const harmless = [
  "$a = 0x1f, 0xbad, 10kb, 3l, 1.5d",
  "$start.Arguments = 'x'; $process.Kill(); $reader.ReadLineAsync()",
  "[string]::Join(',', $a); $a.Split(','); 'a'.Contains('b'); $list.Contains('Ordinal')",
  "Join-Path (Join-Path a b) c; Get-Item a -ErrorAction Ignore",
  "$a -replace 'x', 'y'; 1..3; $a | Where-Object { $_ } |",
  "  ForEach-Object { $_ }",
  "class C { [int] $Size; [int] Get() { return 1 } }; enum E { A }",
  "function New-It { param([switch] $AsArray) }; New-It -AsArray",
  'function f { param([ValidateRange(1, 9)] [int] $a) }; "``u{41} `t"',
];

const folder = mkdtempSync(join(tmpdir(), "compat51-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("build/compat51.ps1", () => {
  let found: Outcome;
  beforeAll(async () => {
    const lines = planted.map(([, line]) => `${line}\n`);
    // A pipe at the start of a line continues the line before it, so it stands in a file of its own.
    writeFileSync(join(folder, "pipe.ps1"), "Get-Item a\n  | Select-Object Name\n");
    writeFileSync(join(folder, "planted.ps1"), lines.join(""));
    found = await check(folder);
  });

  it.each(planted.map(([rule, line], index) => [rule, line, index + 1] as const))("%s: %s", (rule, _, number) => {
    expect(found.stdout).toContain(`${join(folder, "planted.ps1")}:${number}:${rule}:`);
  });

  it("PipeAtLineStart", () => {
    expect(found.stdout).toContain(`${join(folder, "pipe.ps1")}:2:PipeAtLineStart:|`);
  });

  it("exits with the number of findings and names nothing else", () => {
    expect(found.stdout).toContain(`compat51: 2 files, ${planted.length + 1} findings`);
    expect(found.code).toBe(planted.length + 1);
  });

  it("passes what 5.1 has", async () => {
    const path = join(folder, "harmless.ps1");
    writeFileSync(path, harmless.join("\n"));
    expect(await check(path)).toMatchObject({ stdout: "compat51: 1 files, 0 findings\n", code: 0 });
  });
});

it("module/ runs on Windows PowerShell 5.1, as far as the check can see", async () => {
  const { stdout, stderr } = await check(join(repository, "module"));
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^compat51: [1-9]\d* files, 0 findings\n$/);
});
