import { PowerShell } from "node-powershell";
import type { SimulatedWindows } from "./start.ts";

/** A PowerShell on the simulated Windows. */
export interface WindowsPowerShell {
  /** What a script gives; the id of an error as its last output where there was one. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what its script gives, and checks it
  run(script: string): Promise<any>;
  stop(): Promise<void>;
}

export function startPowerShell(
  { powershell }: Pick<SimulatedWindows, "powershell">,
  environment: NodeJS.ProcessEnv = {},
): WindowsPowerShell {
  const shell = new PowerShell({
    executable: powershell,
    executableOptions: { "-NoProfile": true },
    spawnOptions: { env: { ...process.env, ...environment } },
    invocationTimeout: 60_000,
  });
  const run = async (script: string) => {
    const { raw } = await shell.invoke(whole(script));
    const given = JSON.parse(raw);
    return given.length === 1 ? given[0] : given;
  };
  return { run, stop: () => shell.dispose().then(() => {}) };
}

/** One line: a PowerShell that reads its commands takes more as the beginning of a block. */
function whole(script: string): string {
  const text = `try { ${script} } catch { $_.FullyQualifiedErrorId }`;
  const decoded = `[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${Buffer.from(text).toString("base64")}'))`;
  const given = `$given = @(& ([scriptblock]::Create(${decoded})))`;
  return `$global:ErrorActionPreference = 'Stop'; ${given}; ConvertTo-Json -Compress -Depth 4 -InputObject $given`;
}
