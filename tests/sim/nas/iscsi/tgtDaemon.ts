import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { toolPath } from "../../../initiator/tools.ts";
import { stopLeftover } from "./leftover.ts";
import { choosePorts } from "./ports.ts";

/** A tgtd of our own. Its control socket lies in `dir`, so it can meet no other tgtd's, whatever control number that has. */
export interface TgtDaemon {
  readonly portals: string[];
  /** One tgtadm call; rejects with tgtadm's own text. */
  adm(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

const run = promisify(execFile);
const startAttempts = 5;
const readyWithinMs = 10_000;
// tgtd opens 16 threads a LUN unless told otherwise, which is too many for a NAS with a hundred LUNs.
const threadsPerLun = "2";

export async function startDaemon(dir: string, wanted: string[]): Promise<TgtDaemon> {
  mkdirSync(dir, { recursive: true });
  const home = realpathSync(dir);
  await stopLeftover(home);
  for (let attempt = 1; ; attempt++) {
    const portals = await choosePorts(wanted);
    const daemon = launch(home, portals);
    const listening = await daemon.listening();
    if (portals.every((portal) => listening.includes(portal))) return daemon;
    // Somebody took the port just now; tgtd then listens on 0.0.0.0:3260 instead, so away with it.
    await daemon.stop();
    if (attempt === startAttempts) throw new Error(`tgtd: no free port for the portals ${wanted.join(", ")}`);
  }
}

function launch(home: string, portals: string[]): TgtDaemon & { listening(): Promise<string[]> } {
  const child = spawnTgtd(home, portals);
  const adm = (...args: string[]): Promise<string> => callTgtadm(home, args);
  return {
    portals,
    adm,
    listening: () => listeningPortals(home, child, adm),
    stop: () => stopChild(home, child),
  };
}

const environment = { ...process.env, PATH: toolPath, TGT_IPC_SOCKET: "tgtd" };

function spawnTgtd(home: string, portals: string[]): ChildProcess {
  const log = openSync(join(home, "tgtd.log"), "w");
  const tgtd = ["tgtd", "-f", "-C", "0", "-t", threadsPerLun, "--iscsi", portals.map((p) => `portal=${p}`).join(",")];
  // The kernel kills tgtd when we die, however we die; the PID file is for the case that even this fails.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", ...tgtd], {
    cwd: home,
    env: environment,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  writeFileSync(join(home, "tgtd.pid"), `${child.pid} ${process.pid}\n`);
  child.unref();
  return child;
}

async function callTgtadm(home: string, args: string[]): Promise<string> {
  try {
    const { stdout } = await run("tgtadm", ["-C", "0", "--lld", "iscsi", ...args], { cwd: home, env: environment });
    return stdout;
  } catch (error) {
    const text = (error as { stderr?: string }).stderr?.trim() || String(error);
    throw new Error(`${text} (${args.slice(0, 4).join(" ")})`, { cause: error });
  }
}

async function listeningPortals(home: string, child: ChildProcess, adm: TgtDaemon["adm"]): Promise<string[]> {
  const deadline = Date.now() + readyWithinMs;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const shown = await adm("--op", "show", "--mode", "portal").catch(() => "");
    if (shown !== "") return [...shown.matchAll(/^Portal: (\S+),\d+$/gm)].map((match) => match[1] ?? "");
    await sleep(20);
  }
  await stopChild(home, child);
  throw new Error(`tgtd did not start: ${readFileSync(join(home, "tgtd.log"), "utf8").trim()}`);
}

/** Killed, not asked: tgtd ignores SIGTERM while it has targets, and what it has acknowledged is in the files already. */
async function stopChild(home: string, child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.ref();
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }
  for (const name of ["tgtd.pid", "tgtd.0", "tgtd.0.lock"]) rmSync(join(home, name), { force: true });
}
