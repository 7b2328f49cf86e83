import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { startVcenter } from "./vcenter/start.ts";

const main = fileURLToPath(new URL("vcenter/main.ts", import.meta.url));
const state = mkdtempSync(join(tmpdir(), "vcenter-process-"));
afterEach(() => rmSync(state, { recursive: true, force: true }));

async function run(args: string[], env: NodeJS.ProcessEnv = process.env, stop?: NodeJS.Signals) {
  const child = spawn(process.execPath, [main, ...args], { env });
  if (stop) child.stdout.once("data", () => child.kill(stop));
  const ended = once(child, "exit");
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { out, err, code };
}

test("it prints one JSON line when it is ready, and ends with a signal", async () => {
  const { out, code } = await run(["--vms", "1", "--state", state], process.env, "SIGTERM");
  expect(out.trim().split("\n")).toHaveLength(1);
  const ready = JSON.parse(out);
  expect(Object.keys(ready).sort()).toEqual(["control", "password", "stateDir", "thumbprint", "url", "user"]);
  expect(ready.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/sdk$/);
  expect(code).toBe(0);
});

test.each([
  [["--nonsense"], "nonsense"],
  [["--datastore", "nameless"], "name=lun"],
  [["--hosts", "0"], "--hosts"],
  [["--nas", "http://127.0.0.1:1/control"], "connection refused"],
])("%j is refused with a reason and exit code 2", async (args, reason) => {
  const { out, err, code } = await run([...args, "--state", state]);
  expect({ out, code }).toEqual({ out: "", code: 2 });
  expect(err).toContain(reason);
});

test("without Go it says the command that installs it", async () => {
  mkdirSync(state, { recursive: true });
  for (const tool of ["bash", "dirname"]) symlinkSync(`/bin/${tool}`, join(state, tool));
  const { err, code } = await run([], { PATH: state });
  expect(code).toBe(2);
  expect(err).toContain("apt-get install --no-install-recommends golang-go golang-github-vmware-govmomi-dev");
});

test("the certificate and the VMs on the LUNs outlive the process", async () => {
  const first = await startVcenter({ vms: 2, state });
  await first.changeVm("vm002", { data: "kept" });
  await first.kill();
  const second = await startVcenter({ vms: 2, state });
  expect(second.thumbprint).toBe(first.thumbprint);
  const { vms } = await second.state();
  expect(vms.map(({ name, power, disks }) => [name, power, disks[0]?.data])).toEqual([
    ["vm001", "poweredOff", "installed"],
    ["vm002", "poweredOff", "kept"],
  ]);
  await second.stop();
});
