import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { program } from "../../program.ts";
import { controlCalls, readyLine } from "../process.ts";
import type { lunView, stateView } from "./control/view.ts";
import type { Effect, RequestRecord } from "./effects.ts";
import type { FaultRequest } from "./faults.ts";
import type { Held } from "./holds.ts";
import type { SeedLun, SeedSnapshots } from "./model/seed.ts";
import type { User } from "./model/state.ts";
import type { ProfileName } from "./profiles.ts";
import type { QuirkName } from "./quirks.ts";

export interface NasOptions {
  profile?: ProfileName;
  /** Default: off, since most tests need no real target. */
  iscsi?: boolean;
  /** `name:sizeGiB,…`; default: none. */
  luns?: string;
  state?: string;
  password?: string;
  totpSecret?: string;
  quirks?: Partial<Record<QuirkName, string | number | boolean>>;
  /** Further command-line arguments. */
  args?: string[];
}

/** What the simulator prints when it is ready. */
export interface Ready {
  http: string;
  https: string;
  fingerprint: string;
  user: string;
  password: string;
  control: string;
  portals: string[];
  lunOffset: number;
  profile: ProfileName;
}

export type NasState = Awaited<ReturnType<typeof stateView>>;
export type LunView = ReturnType<typeof lunView>;

/** A simulator that runs as a process of its own, and its control API. */
export interface SimulatedNas extends Ready {
  stateDir: string;
  state(): Promise<NasState>;
  effects(): Promise<Effect[]>;
  requests(): Promise<RequestRecord[]>;
  /** Forgets effects and requests. */
  reset(): Promise<void>;
  fault(fault: FaultRequest): Promise<number>;
  clearFaults(): Promise<void>;
  /** Waits for a held request; empty when the time is over. */
  holds(waitMs?: number): Promise<Held[]>;
  release(id: number, action: "continue" | "drop"): Promise<void>;
  quirk(name: QuirkName, value: string | number | boolean): Promise<void>;
  clock(offsetMs: number): Promise<void>;
  addLun(lun: SeedLun): Promise<LunView>;
  removeLun(name: string): Promise<void>;
  seedSnapshots(spec: SeedSnapshots): Promise<number[]>;
  addUser(user: Pick<User, "name" | "password"> & { admin?: boolean; totpSecret?: string }): Promise<void>;
  /** Lets every address log in again. */
  unlock(): Promise<void>;
  expireSessions(): Promise<void>;
  /** As a reboot looks from outside: sessions gone, state kept; the process goes on. */
  reboot(): Promise<void>;
  /** Ends the process and starts it again on the same state and ports. */
  restart(): Promise<SimulatedNas>;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

const main = program("nas.mjs", fileURLToPath(new URL("main.ts", import.meta.url)));

/** Without `state` it gets a folder of its own, which `stop` removes. */
export function startNas(options: NasOptions = {}): Promise<SimulatedNas> {
  const temporary = options.state === undefined;
  return launch(options, options.state ?? mkdtempSync(join(tmpdir(), "sim-nas-")), temporary);
}

async function launch(options: NasOptions, stateDir: string, temporary: boolean): Promise<SimulatedNas> {
  const child = spawn(process.execPath, [main, ...commandLine(options, stateDir)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ready = await readyLine<Ready>(child, "NAS simulator");
  return { ...ready, stateDir, ...controls(ready.control), ...life(child, options, { ready, stateDir, temporary }) };
}

function commandLine(options: NasOptions, stateDir: string): string[] {
  const { profile = "qts-5.2", iscsi = false, luns = "", password, totpSecret, quirks = {}, args = [] } = options;
  return [
    ...["--profile", profile, "--state", stateDir, "--luns", luns, "--exit-with-stdin"],
    ...(iscsi ? [] : ["--no-iscsi"]),
    ...(password ? ["--password", password] : []),
    ...(totpSecret ? ["--totp-secret", totpSecret] : []),
    ...Object.entries(quirks).flatMap(([name, value]) => ["--quirk", `${name}=${onOff(value)}`]),
    ...args,
  ];
}

function onOff(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return String(value);
}

function controls(control: string) {
  const { call, tell } = controlCalls(control);
  return {
    state: () => call("GET", "state") as Promise<NasState>,
    effects: () => call("GET", "effects") as Promise<Effect[]>,
    requests: () => call("GET", "requests") as Promise<RequestRecord[]>,
    reset: () => tell("POST", "reset"),
    fault: async (fault: FaultRequest) => ((await call("POST", "faults", fault)) as { id: number }).id,
    clearFaults: () => tell("DELETE", "faults"),
    holds: (waitMs = 240_000) => call("GET", `holds?waitMs=${waitMs}`) as Promise<Held[]>,
    release: (id: number, action: "continue" | "drop") => tell("POST", `holds/${id}`, { action }),
    quirk: (name: QuirkName, value: string | number | boolean) => tell("POST", "quirks", { [name]: value }),
    clock: (offsetMs: number) => tell("POST", "clock", { offsetMs }),
    addLun: (lun: SeedLun) => call("POST", "luns", lun) as Promise<LunView>,
    removeLun: (name: string) => tell("DELETE", `luns/${encodeURIComponent(name)}`),
    seedSnapshots: async (spec: SeedSnapshots) => ((await call("POST", "snapshots", spec)) as { ids: number[] }).ids,
    addUser: (user: Pick<User, "name" | "password">) => tell("POST", "users", user),
    unlock: () => tell("POST", "unlock"),
    expireSessions: () => tell("POST", "session/expire"),
    reboot: () => tell("POST", "restart"),
  };
}

interface Place {
  ready: Ready;
  stateDir: string;
  temporary: boolean;
}

function life(child: ChildProcess, options: NasOptions, { ready, stateDir, temporary }: Place) {
  const ended = once(child, "exit");
  const end = async (): Promise<void> => {
    child.stdin?.end();
    await ended;
  };
  const stop = async (): Promise<void> => {
    await end();
    if (temporary) await rm(stateDir, { recursive: true, force: true });
  };
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  const restart = async (): Promise<SimulatedNas> => {
    await end();
    return launch({ ...options, args: [...(options.args ?? []), ...samePorts(ready)] }, stateDir, temporary);
  };
  return { stop, kill, restart };
}

function samePorts({ http, https, portals }: Ready): string[] {
  const port = (url: string): string => new URL(url).port;
  const listening = ["--http-port", port(http), "--https-port", port(https)];
  return portals.length > 0 ? [...listening, "--portals", portals.join(",")] : listening;
}
