/** The demos as README tells of them: each line that they print was checked by them, and the exit code says so. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../../build/repo.ts";

let tools: string;
beforeEach(() => {
  tools = mkdtempSync(join(tmpdir(), "qnap-tools-"));
});
afterEach(() => rmSync(tools, { recursive: true }));

function demo(...args: string[]) {
  const env = { ...process.env, PATH: `${tools}${delimiter}${process.env.PATH}` };
  return spawnSync(process.execPath, ["build/demo.ts", ...args], { cwd: root, env, encoding: "utf8" });
}

function systemTool(name: string, does: string): void {
  writeFileSync(join(tools, name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
}

test("a LUN of a server comes back, file by file", () => {
  const { stdout, status } = demo();
  expect(stdout).toMatch(/(\d+) of \1 files have the same SHA-256 as before the accident/);
  expect(stdout).not.toContain("FAILED");
  expect(status).toBe(0);
});

test("--vmware: VMs come back as they were, a deleted one is named", () => {
  const { stdout, status } = demo("--vmware");
  expect(stdout).toMatch(/vm001 +Application .*\nvm002 +FileSystem .*\nvm003 +Crash .*Tools.*\nvm004 +PoweredOff /);
  expect(stdout).toContain("4 VMs are registered as before, with their old content");
  expect(stdout).toMatch(/NotAdded +: \{\[ds-prod\] vm005\/vm005\.vmx\}/);
  expect(stdout).not.toContain("FAILED");
  expect(status).toBe(0);
});

test("--vmware where Go is missing and cannot be installed: says what is missing", () => {
  systemTool("dpkg-query", "exit 1");
  systemTool("id", "echo 1000");
  const { stdout, stderr, status } = demo("--vmware");
  expect(stderr).toMatch(/missing: .*golang-go.*as root: apt-get install/);
  expect(stdout).toMatch(/demo without --vmware does not need it/);
  expect(status).toBe(1);
});
