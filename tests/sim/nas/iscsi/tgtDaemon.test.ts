import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cannotExport } from "./tgt.ts";
import { startDaemon, type TgtDaemon } from "./tgtDaemon.ts";

let dir: string;
const daemons: TgtDaemon[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  const reason = cannotExport();
  if (reason) throw new Error(reason);
  dir = await mkdtemp(join(tmpdir(), "tgt-daemon-"));
});

afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.stop();
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(dir, { recursive: true });
});

async function start(folder = dir, portals = ["127.0.0.1:0"]): Promise<TgtDaemon> {
  const daemon = await startDaemon(folder, portals);
  daemons.push(daemon);
  return daemon;
}

function startChild(command: string, args: string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(command, args, {
    cwd: dir,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.push(child);
  return child;
}

const daemonPid = (): number => Number.parseInt(readFileSync(join(dir, "tgtd.pid"), "utf8"), 10);

function isTgtd(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`).endsWith("/tgtd");
  } catch {
    return false;
  }
}

test("nothing but its log is left after stop", async () => {
  const daemon = await start();
  const pid = daemonPid();
  expect(isTgtd(pid)).toBe(true);
  await daemon.stop();
  expect(isTgtd(pid)).toBe(false);
  expect(await readdir(dir)).toEqual(["tgtd.log"]);
});

test("tgtd dies with an owner that is killed, and the next one starts on the same port", async () => {
  const script = `
    import { startDaemon } from ${JSON.stringify(join(import.meta.dirname, "tgtDaemon.ts"))};
    console.log((await startDaemon(${JSON.stringify(dir)}, ["127.0.0.1:0"])).portals[0]);
    setInterval(() => {}, 1000);`;
  const owner = startChild(process.execPath, ["--input-type=module", "--eval", script]);
  const [line] = await once(owner.stdout ?? owner, "data");
  const pid = daemonPid();
  expect(isTgtd(pid)).toBe(true);
  owner.kill("SIGKILL");
  await expect.poll(() => !isTgtd(pid)).toBe(true);
  expect((await start(dir, [String(line).trim()])).portals).toEqual([String(line).trim()]);
});

test("a tgtd left behind in the folder is stopped", async () => {
  const earlier = await start();
  const { portals } = earlier;
  await earlier.stop();
  const options = ["-f", "-C", "0", "--iscsi", `portal=${portals[0]}`];
  const leftover = startChild("tgtd", options, { TGT_IPC_SOCKET: "tgtd" });
  await expect.poll(() => isTgtd(leftover.pid ?? 0)).toBe(true);
  const ownerThatIsGone = 2 ** 22 + 1;
  await writeFile(join(dir, "tgtd.pid"), `${leftover.pid} ${ownerThatIsGone}\n`);
  const exited = once(leftover, "exit");
  await expect.poll(() => readdir(dir).then((names) => names.includes("tgtd.0"))).toBe(true);
  expect((await start(dir, portals)).portals).toEqual(portals);
  expect(await exited).toEqual([null, "SIGKILL"]);
});

test("a process that merely has the number of an earlier tgtd is left alone", async () => {
  const bystander = startChild("sleep", ["60"]);
  await writeFile(join(dir, "tgtd.pid"), `${bystander.pid} 1\n`);
  await start();
  expect(bystander.exitCode ?? bystander.signalCode).toBe(null);
});

test("a folder that a living simulator uses is refused, and its tgtd goes on", async () => {
  const daemon = await start();
  await expect(start()).rejects.toThrow(`in use by the simulator with process id ${process.pid}`);
  expect(await daemon.adm("--op", "show", "--mode", "system")).toContain("State: ready");
});

test("several run side by side, each with its own targets", async () => {
  const [one, other] = [await start(join(dir, "one")), await start(join(dir, "other"))];
  await one.adm("--op", "new", "--mode", "target", "--tid", "1", "--targetname", "iqn.2004-04.com.qnap:one");
  expect(await one.adm("--op", "show", "--mode", "target")).toContain("iqn.2004-04.com.qnap:one");
  expect(await other.adm("--op", "show", "--mode", "target")).toBe("");
});

test("a taken port is refused instead of exporting somewhere else", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await expect(start(dir, [`127.0.0.1:${port}`])).rejects.toThrow(`127.0.0.1:${port}: listen EADDRINUSE`);
  server.close();
});
