import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const standIn = join(import.meta.dirname, "../.cache/pwsh-host/pwsh");

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, "pwsh")).find((candidate) => existsSync(candidate));
}

/** The PowerShell that tests start: QNAP_PWSH, else a pwsh on the PATH, else the stand-in of build/pwsh-host. */
export function pwshPath(): string {
  const found = process.env.QNAP_PWSH ?? onPath() ?? standIn;
  if (!existsSync(found)) {
    throw new Error(`There is no PowerShell at ${found}. Run: bash build/pwsh-host/publish.sh`);
  }
  return found;
}

/** True when tests run on the stand-in and not on Microsoft's own pwsh. */
export function isStandIn(): boolean {
  return pwshPath() === standIn;
}
