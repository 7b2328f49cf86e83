import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTool } from "../../initiator/tools.ts";
import type { Held } from "../nas/holds.ts";
import { controlCalls, readyLine } from "../process.ts";
import type { ClusterDisk, NewService, SetAttributes, SmbFile } from "./control.ts";
import type { OpenFile } from "./disks/openFiles.ts";
import type { PrepareDisk } from "./disks/prepare.ts";
import type { Call, Effect } from "./effects.ts";
import type { FaultRequest } from "./faults.ts";
import type { NewVm } from "./hyperv/registration.ts";
import type { NewProcess } from "./processes.ts";
import type { Settings } from "./settings.ts";
import type { stateView, vmView, volumeView } from "./view.ts";

export interface WindowsOptions extends Partial<Settings> {
  /** The NAS simulator whose targets it logs in to. */
  nas?: { portals: string[] };
  /** IQNs; default: all of the NAS. */
  targets?: string[];
}

interface Ready {
  control: string;
  /** `F:\` is `<root>/F`. */
  root: string;
  /** A program that stands for its PowerShell, with its modules and drives. */
  powershell: string;
  /** What that program sets, for a PowerShell that is started otherwise. */
  environment: Record<string, string>;
}

export type WindowsState = ReturnType<typeof stateView>;
export type VmView = ReturnType<typeof vmView>;
export type VolumeView = ReturnType<typeof volumeView>;
export type SimulatedWindows = Ready &
  ReturnType<typeof controls> & {
    stop(): Promise<void>;
    /** SIGKILL, as when the power fails: what was not written is lost. */
    kill(): Promise<void>;
  };

const main = fileURLToPath(new URL("main.ts", import.meta.url));

export async function startWindowsSim({ nas, targets, ...settings }: WindowsOptions = {}): Promise<SimulatedWindows> {
  const state = mkdtempSync(join(tmpdir(), "sim-windows-"));
  const args = [
    ...["--exit-with-stdin", "--state", state, "--portals", nas?.portals.join(",") ?? ""],
    ...["--settings", JSON.stringify(settings)],
    ...(targets ?? []).flatMap((iqn) => ["--target", iqn]),
  ];
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    // Writes to a frozen volume wait in a thread each.
    env: { ...process.env, UV_THREADPOOL_SIZE: "64" },
  });
  const ready = await readyLine<Ready>(child, "Windows simulator");
  return { ...ready, ...controls(ready.control), ...life(child, state) };
}

function controls(control: string) {
  const { call, tell } = controlCalls(control);
  return {
    state: () => call("GET", "state") as Promise<WindowsState>,
    effects: () => call("GET", "effects") as Promise<Effect[]>,
    /** Every cmdlet that ran. */
    calls: () => call("GET", "calls") as Promise<Call[]>,
    /** Forgets effects and calls. */
    reset: () => tell("POST", "reset"),
    settings: (changes: Partial<Settings>) => tell("POST", "settings", changes),
    /** Partitions and formats a disk and brings it online. */
    prepareDisk: (disk: PrepareDisk) => call("POST", "disks", disk) as Promise<VolumeView[]>,
    rescan: () => tell("POST", "rescan"),
    /** Partition attributes in the disk's bytes, unnoticed by Windows. */
    setAttributes: (attributes: SetAttributes) => tell("POST", "attributes", attributes),
    /** The disk is a resource of a failover cluster. */
    cluster: (disk: ClusterDisk) => tell("POST", "cluster", disk),
    /** The volume's writes wait, and what was written is on the LUN. By access path or volume path. */
    freeze: (path: string) => tell("POST", "freeze", { path }),
    thaw: (path: string) => tell("POST", "thaw", { path }),
    /** A VM whose guest writes numbered records to its first disk while it runs. */
    addVm: (vm: NewVm) => call("POST", "vms", vm) as Promise<VmView>,
    /** The records on a virtual disk and on what it builds on. */
    records: (path: string) => call("GET", `records?path=${encodeURIComponent(path)}`) as Promise<number[]>,
    /** An application that writes to this file and syncs, without end. */
    startLoad: (path: string) => tell("POST", "loads", { path }),
    /** Ends all of them: how often each wrote, and every error that it met. */
    endLoads: () => call("DELETE", "loads") as Promise<{ path: string; writes: number; errors: string[] }[]>,
    /** A program that holds files. Returns its process id. */
    startProcess: async (process: NewProcess) => ((await call("POST", "processes", process)) as { pid: number }).pid,
    endProcess: (name: string) => tell("DELETE", `processes?name=${encodeURIComponent(name)}`),
    /** A service, started, that holds files. */
    addService: (service: NewService) => tell("POST", "services", service),
    /** A file that a client has open through a share. */
    addSmbFile: (file: SmbFile) => tell("POST", "smbFiles", file),
    clearSmbFiles: () => tell("DELETE", "smbFiles"),
    openFiles: (path: string) => call("GET", `openFiles?path=${encodeURIComponent(path)}`) as Promise<OpenFile[]>,
    fault: async (fault: FaultRequest) => ((await call("POST", "faults", fault)) as { id: number }).id,
    clearFaults: () => tell("DELETE", "faults"),
    /** Waits for a held cmdlet; empty when the time is over. `func` is the cmdlet's name. */
    holds: (waitMs = 5000) => call("GET", `holds?waitMs=${waitMs}`) as Promise<Held[]>,
    release: (id: number, action: "continue" | "drop") => tell("POST", "holds", { id, action }),
  };
}

function life(child: ChildProcess, state: string) {
  const ended = once(child, "exit");
  const clean = async (): Promise<void> => {
    await ended;
    await unmountBelow(state);
    await rm(state, { recursive: true, force: true });
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

async function unmountBelow(folder: string): Promise<void> {
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  const below = mounts.map((line) => line.split(" ")[1] ?? "").filter((place) => place.startsWith(`${folder}/`));
  for (const place of below.reverse()) await runTool("umount", ["--lazy", place]).catch(() => "");
}
