import { describe, expect, it } from "vitest";
import { runPwsh } from "./run.ts";

const remove =
  "function Remove-It { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param([Parameter(ValueFromPipeline)] $Name) process { if ($PSCmdlet.ShouldProcess($Name)) { \"removed $Name\" } } }";

describe("prompts", () => {
  it("ShouldProcess takes its answers from standard input", async () => {
    const { stdout } = await runPwsh(["-Command", "-"], `${remove}\n'a', 'b', 'c' | Remove-It\ny\nn\na\n'after'\n`);
    expect(stdout).toContain('Performing the operation "Remove-It" on target "b".');
    expect(stdout.match(/removed .|after/g)).toEqual(["removed a", "removed c", "after"]);
  });

  it("ShouldContinue, Read-Host and Get-Credential ask too", async () => {
    const lines = [
      "function Test-It { [CmdletBinding()] param() \"answer: $($PSCmdlet.ShouldContinue('Really', 'Caption'))\" }",
      "Test-It\nn",
      '"read: $(Read-Host Name)"\nnas01',
      "$c = Get-Credential admin\nsecret",
      '"password: $($c.GetNetworkCredential().Password)"',
    ];
    const { stdout } = await runPwsh(["-Command", "-"], `${lines.join("\n")}\n`);
    expect(stdout).toContain("answer: False");
    expect(stdout).toContain("read: nas01");
    expect(stdout).toContain("password: secret");
  });

  it("-NonInteractive refuses to ask and goes on", async () => {
    const { stdout, stderr } = await runPwsh(["-NonInteractive", "-Command", `${remove}; 'a' | Remove-It; 'went on'`]);
    expect(stderr).toContain("NonInteractive mode");
    expect(stdout.trim()).toBe("went on");
  });

  it("-Confirm:$false and -WhatIf ask nothing", async () => {
    const { stdout } = await runPwsh([
      "-NonInteractive",
      "-Command",
      `${remove}; Remove-It a -Confirm:$false; Remove-It b -WhatIf`,
    ]);
    expect(stdout).toContain("removed a");
    expect(stdout).toContain('What if: Performing the operation "Remove-It" on target "b".');
    expect(stdout).not.toContain("removed b");
  });
});
