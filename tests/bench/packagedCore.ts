import { existsSync, readFileSync } from "node:fs";
import { binaries } from "../../build/package.ts";
import { version } from "../../build/repo.ts";
import { CoreProcess, makeHome } from "../coreProcess.ts";

export const greeting = { protocolVersion: 1, moduleVersion: version, culture: "en-US" };

/** The command of the core as it ships. */
export function packagedCore(): [string, string[]] {
  const binary = binaries.linux;
  if (!existsSync(binary)) throw new Error(`there is no ${binary}. Run: bash build/setup.sh bench`);
  return [binary, ["stdio"]];
}

export async function startCore(): Promise<CoreProcess> {
  const core = new CoreProcess(makeHome(), packagedCore().flat());
  await core.call("initialize", greeting);
  return core;
}

/** The most memory that a living process ever had in use, in MB (of 1024 KiB, as Linux counts). */
export function peakMemoryMb(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  if (kib === undefined) throw new Error(`process ${pid} tells no peak memory`);
  return Number(kib) / 1024;
}
