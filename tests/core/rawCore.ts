import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { makeHome } from "../coreProcess.ts";
import { program } from "../program.ts";

export const mainFile = program("core.cjs", join(import.meta.dirname, "../../ts-core/main.ts"));

/** A core whose bytes are the test's own business. */
export function startRaw(args: readonly string[], home = makeHome()): ChildProcess {
  return spawn(process.execPath, [mainFile, ...args], { env: { ...process.env, QNAP_SNAPSHOT_HOME: home } });
}

export async function runRaw(args: readonly string[], input: string | Buffer = "", home?: string) {
  const child = startRaw(args, home);
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error("the core has no pipes");
  stdin.on("error", () => undefined).end(input);
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const [output, errors, exitCode] = await Promise.all([text(stdout), text(stderr), exit]);
  return { output, errors, exitCode };
}
