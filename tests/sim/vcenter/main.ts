import { spawn } from "node:child_process";
import { constants } from "node:os";
import { buildVcenter } from "./build.ts";

/** Builds the simulator when its sources changed, then is nothing but a shell around it. */
function run(binary: string): void {
  const child = spawn(binary, process.argv.slice(2), { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  });
}

try {
  run(buildVcenter());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
