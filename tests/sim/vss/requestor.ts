/**
 * A simulated server with VSS, on which the real requestor and the provider's DLL run under Wine. A core on Linux is given
 * `sim.environment`: the path of the requestor, and what Wine and the stand-in vssapi.dll need.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { prefix, windowsPath } from "../../wine/wine.ts";
import { makeVssSim, packagedProvider, relayedProvider, requestorProgram } from "./build.ts";
import { type CoreServer, type LinuxCore, type Script, serveCore } from "./core.ts";
import { Machine, type Surroundings } from "./machine.ts";
import { serveMachine } from "./server.ts";
import type { SimWriter } from "./writers.ts";

/** Ours, for good (identity.h). */
const providerId = "{6A1D1F52-2C3B-4D6E-9A41-5B0E7C112202}";

export interface VssOptions extends Surroundings {
  /** What the provider's DLL starts: by default the packaged Windows core. */
  core?: Script | LinuxCore;
  writers?: SimWriter[];
  /** Default: 60 s, as Windows has it. */
  writerTimeoutMs?: number;
}

export interface VssSim {
  machine: Machine;
  core: CoreServer | undefined;
  environment: Record<string, string>;
  stop(): Promise<void>;
}

export async function startVssSim({ core, writers = [], writerTimeoutMs, ...rest }: VssOptions): Promise<VssSim> {
  await makeVssSim();
  const dll = windowsPath(core ? relayedProvider : packagedProvider);
  const machine = new Machine(rest, { id: providerId, dll }, writers, writerTimeoutMs);
  const { port, server } = await serveMachine(machine);
  const coreServer = core && (await serveCore(core));
  const environment = {
    QNAP_SNAPSHOT_VSS_REQUESTOR: join(import.meta.dirname, "requestor"),
    VSS_SIM_REQUESTOR: windowsPath(requestorProgram),
    VSS_SIM_PORT: String(port),
    ...(coreServer && { VSS_SIM_CORE_PORT: String(coreServer.port) }),
    WINEPREFIX: prefix,
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "vssapi=n",
  };
  const wine = await keepWine(environment);
  const stop = async (): Promise<void> => {
    server.close();
    coreServer?.stop();
    wine.stdin?.end();
    await once(wine, "exit");
  };
  return { machine, core: coreServer, environment, stop };
}

/** Wine's services start with the first program and inherit its pipes: so the first is one whose pipes nobody waits for. */
async function keepWine(environment: Record<string, string>): Promise<ChildProcess> {
  const { DISPLAY: _display, ...inherited } = process.env;
  const env = { ...inherited, ...environment };
  const child = spawn("wine", ["cmd", "/q"], { env, stdio: ["pipe", "pipe", "ignore"] });
  await once(child.stdout, "data");
  return child;
}
