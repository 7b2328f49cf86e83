import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readyLine } from "../process.ts";
import { buildVcenter } from "./build.ts";
import { controls, type VcenterControls } from "./control.ts";

export interface VcenterOptions {
  vms?: number;
  hosts?: number;
  taskMs?: number;
  /** Control URL of the NAS simulator; without it the LUNs are files of its own. */
  nas?: string;
  /** Names of LUNs by datastore; several are extents of one volume. Default: `ds-LUN` for each LUN. */
  datastores?: Record<string, string | string[]>;
  apiVersion?: string;
  password?: string;
  state?: string;
  /** Further command-line arguments. */
  args?: string[];
}

/** What the simulator prints when it is ready. */
export interface VcenterReady {
  url: string;
  /** SHA-256 of the certificate, upper case with colons. */
  thumbprint: string;
  user: string;
  password: string;
  control: string;
  /** Certificate, and LUN files of its own. */
  stateDir: string;
}

/** A vCenter simulator that runs as a process of its own, and its control API. */
export interface SimulatedVcenter extends VcenterReady, VcenterControls {
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Without `state` it gets a folder of its own, which `stop` removes. */
export async function startVcenter(options: VcenterOptions = {}): Promise<SimulatedVcenter> {
  const temporary = options.state === undefined;
  const stateDir = options.state ?? mkdtempSync(join(tmpdir(), "sim-vcenter-"));
  const child = spawn(buildVcenter(), commandLine(options, stateDir), { stdio: ["pipe", "pipe", "inherit"] });
  const ready = await readyLine<VcenterReady>(child, "vCenter simulator");
  return { ...ready, ...controls(ready.control), ...life(child, temporary ? stateDir : undefined) };
}

function commandLine(options: VcenterOptions, stateDir: string): string[] {
  const { vms = 4, hosts = 2, taskMs = 50, nas, datastores = {}, apiVersion, password, args = [] } = options;
  return [
    ...["--exit-with-stdin", "--state", stateDir],
    ...["--vms", String(vms), "--hosts", String(hosts), "--task-ms", String(taskMs)],
    ...(nas ? ["--nas", nas] : []),
    ...Object.entries(datastores).flatMap(([name, luns]) => ["--datastore", `${name}=${[luns].flat().join(",")}`]),
    ...(apiVersion ? ["--api-version", apiVersion] : []),
    ...(password ? ["--password", password] : []),
    ...args,
  ];
}

function life(child: ChildProcess, temporaryDir: string | undefined) {
  const ended = once(child, "exit");
  const clean = async () => {
    await ended;
    if (temporaryDir) await rm(temporaryDir, { recursive: true, force: true });
  };
  const stop = (): Promise<void> => {
    child.stdin?.end();
    return clean();
  };
  const kill = (): Promise<void> => {
    child.kill("SIGKILL");
    return clean();
  };
  return { stop, kill };
}
