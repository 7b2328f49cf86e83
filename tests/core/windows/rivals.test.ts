import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runRaw } from "../rawCore.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qnap-rivals-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program of that name that runs as long as the work. */
async function whileRuns<T>(name: string, work: (pid: number) => Promise<T>): Promise<T> {
  copyFileSync("/bin/sleep", join(folder, name));
  const program = spawn(join(folder, name), ["300"]);
  await once(program, "spawn");
  try {
    return await work(program.pid as number);
  } finally {
    program.kill("SIGKILL");
  }
}

test.each([
  ["cimserver", "SmiSProvider"],
  ["acme-smis", "SmiSProvider"],
  ["QSnapshotAgent", "SnapshotAgent"],
  // Ours, as the system cuts its name.
  ["qnap-snapshot-a", undefined],
])("a program that runs as %s is told as %s", async (name, kind) => {
  await whileRuns(name, async (pid) => {
    const { output } = await runRaw(["run", "getVssProvider"]);
    const { rivals } = JSON.parse(output) as { rivals: { pid: number }[] };
    expect(rivals.find((rival) => rival.pid === pid)).toEqual(kind && { kind, process: name, pid });
  });
});
