import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

const folders: string[] = [];
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A state folder with what openStateFolder makes in it. */
export function makeStateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "qnap-state-"));
  for (const name of ["journal", "catalogue", "latches"]) mkdirSync(join(folder, name));
  folders.push(folder);
  return folder;
}

function start(args: readonly (string | number)[]): ChildProcess {
  const file = join(import.meta.dirname, "worker.ts");
  return spawn(process.execPath, [file, ...args.map(String)], { stdio: ["ignore", "pipe", "inherit"] });
}

/** A process that goes on; resolves with what it said first. */
export async function startWorker(...args: (string | number)[]): Promise<{ child: ChildProcess; said: string }> {
  const child = start(args);
  if (!child.stdout) throw new Error("the worker has no output");
  const [said] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, said };
}

/** Processes side by side; resolves with what each said when all have ended. */
export function runWorkers(...workers: (string | number)[][]): Promise<string[]> {
  return Promise.all(
    workers.map(async (args) => {
      const child = start(args);
      if (!child.stdout) throw new Error("the worker has no output");
      const [said, [exitCode]] = await Promise.all([text(child.stdout), once(child, "exit")]);
      if (exitCode !== 0) throw new Error(`worker ${args.join(" ")} ended with ${exitCode}`);
      return said.trim();
    }),
  );
}
