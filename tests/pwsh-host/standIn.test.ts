import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isStandIn } from "../pwsh.ts";
import { outcomeOf, runPwsh, startPwsh } from "./run.ts";

/** Promises of the stand-in alone; a real pwsh has none of them. */
describe.runIf(isStandIn())("the stand-in", () => {
  it("finds every engine internal that it uses, and lists every cmdlet in a manifest", async () => {
    // -SelfTest must be the only argument, hence without the -NoProfile that runPwsh adds.
    const { stdout, stderr, code } = await runPwsh([
      "-Command",
      "& (Join-Path $PSHOME pwsh) -SelfTest; exit $LASTEXITCODE",
    ]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/self-test: \d+ cmdlets, 0 problems/);
    expect(code).toBe(0);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s runs the finally blocks and gives %i", async (signal, code) => {
    const child = startPwsh([
      "-Command",
      "try { [Console]::WriteLine('on'); Start-Sleep 60 } finally { [Console]::WriteLine('off') }",
    ]);
    const outcome = outcomeOf(child);
    child.stdout?.once("data", () => child.kill(signal));
    expect(await outcome).toEqual({ stdout: "on\noff\n", stderr: "", code });
  });

  it("shows progress as JSON lines on standard error when asked to", async () => {
    const command = "Write-Progress Copying half -PercentComplete 50; Write-Progress Copying -Completed";
    const { stderr } = await runPwsh(["-Command", command], "", { PWSH_HOST_PROGRESS: "json" });
    const lines = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).progress);
    expect(lines).toMatchObject([
      { activity: "Copying", status: "half", percent: 50, completed: false },
      { completed: true },
    ]);
    expect((await runPwsh(["-Command", command])).stderr).toBe("");
  });

  it("never takes the end of input for an answer", async () => {
    const ask =
      "function Remove-It { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('x')) { 'removed' } }";
    const { stdout, stderr } = await runPwsh(["-Command", `${ask}; Remove-It`], "");
    expect(stderr).toContain("The input ended");
    expect(stdout).not.toContain("removed");
  });

  it("leaves no telemetry id in the home folder", async () => {
    const home = mkdtempSync(join(tmpdir(), "pwsh-home-"));
    await runPwsh(["-Command", "1"], "", { HOME: home, XDG_CACHE_HOME: join(home, "cache") });
    expect(existsSync(join(home, "cache/powershell/telemetry.uuid"))).toBe(false);
    rmSync(home, { recursive: true });
  });
});
