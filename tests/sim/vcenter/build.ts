import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("build.sh", import.meta.url));
const binary = fileURLToPath(new URL("../../../.cache/vcenter/vcsim", import.meta.url));

/** The binary, built if need be; where a tool is missing the error says the command that installs it. */
export function buildVcenter(): string {
  const { status, stderr, error } = spawnSync("bash", [script], { encoding: "utf8" });
  if (status !== 0) throw new Error(error?.message ?? stderr.trim());
  return binary;
}
