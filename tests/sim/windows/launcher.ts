import { writeFile } from "node:fs/promises";
import { pwshPath } from "../../pwsh.ts";

/**
 * A program that stands for this Windows' PowerShell: with its modules, and with its drives (`C:` is a folder here). One process,
 * so that it dies as PowerShell would. Commands that come over standard input follow the line that makes the drives.
 */
export async function writeLauncher(file: string, environment: Record<string, string>): Promise<void> {
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`);
  const lines = [
    "#!/bin/bash",
    ...variables,
    "exec 3<&0",
    `exec '${pwshPath()}' "$@" < <(echo 'Import-Module SimWindows'; exec cat <&3)`,
  ];
  await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o755 });
}
