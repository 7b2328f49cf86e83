import { type ChildProcess, spawn } from "node:child_process";
import { pwshPath } from "../pwsh.ts";

export type Outcome = { stdout: string; stderr: string; code: number | null };

const startUp = ["-NoLogo", "-NoProfile"];
// A real pwsh would otherwise colour its errors, look for updates and report its use.
const environment = { NO_COLOR: "1", POWERSHELL_TELEMETRY_OPTOUT: "1", POWERSHELL_UPDATECHECK: "Off" };

export function startPwsh(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(pwshPath(), [...startUp, ...args], { env: { ...process.env, ...environment, ...env } });
}

export function outcomeOf(child: ChildProcess, input = ""): Promise<Outcome> {
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (chunk: string) => {
      text[stream] += chunk;
    });
  }
  child.stdin?.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve({ ...text, code }));
  });
}

export function runPwsh(args: readonly string[], input?: string, env?: Record<string, string>): Promise<Outcome> {
  return outcomeOf(startPwsh(args, env), input);
}

/** What one expression gave: its output as an array, or the id of the error that ended it. */
export type Answer = { value?: unknown[]; error?: string };

const prelude = `
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
function Get-Answer([scriptblock] $Expression) {
  try { @{ value = @(& $Expression) } } catch { @{ error = $_.FullyQualifiedErrorId } }
}
`;

/** Evaluates many expressions in one process, because each start costs. */
export async function evaluate(expressions: readonly string[], setUp = ""): Promise<Answer[]> {
  const answers = expressions.map((expression) => `(Get-Answer {\n${expression}\n})`).join(",\n");
  const script = `${prelude}\n${setUp}\nConvertTo-Json -InputObject @(\n${answers}\n) -Depth 6 -Compress`;
  const encoded = Buffer.from(script, "utf16le").toString("base64");
  const { stdout, stderr } = await runPwsh(["-NonInteractive", "-EncodedCommand", encoded]);
  const json = stdout.slice(stdout.lastIndexOf("\n[{") + 1);
  try {
    return JSON.parse(json) as Answer[];
  } catch {
    throw new Error(`PowerShell printed no answers.\n${stdout}\n${stderr}`);
  }
}
