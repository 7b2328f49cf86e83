import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import type { AddressInfo, Server } from "node:net";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTool } from "../../initiator/tools.ts";
import { Holds } from "../nas/holds.ts";
import { createCmdletServer } from "./cmdletServer.ts";
import { discover } from "./cmdlets/iscsi.ts";
import { createControlServer } from "./controlServer.ts";
import { volumesOf } from "./disks/accessPaths.ts";
import { watchLinks } from "./disks/links.ts";
import { rescan } from "./disks/rescan.ts";
import { failLost, letGo } from "./disks/state.ts";
import { Effects } from "./effects.ts";
import { Faults } from "./faults.ts";
import type { Host, Volume } from "./host.ts";
import { openSession } from "./iscsi/sessions.ts";
import { writeLauncher } from "./launcher.ts";
import type { Options } from "./options.ts";

const modules = fileURLToPath(new URL("modules", import.meta.url));

/** Starts everything, says so in one line, and ends on a signal. */
export async function run(options: Options): Promise<void> {
  const host = await createHost(options);
  const trouble = { faults: new Faults(), holds: new Holds() };
  await logInEverywhere(host, options);
  watchLinks(host);
  const cmdlets = createCmdletServer(host, trouble);
  const controls = createControlServer(host, trouble);
  const [cmdletPort, controlPort] = [await listen(cmdlets), await listen(controls)];

  endOnSignal(options, async () => {
    trouble.holds.releaseAll();
    await Promise.all(host.disks.map(failLost));
    for (const { volume } of volumesOf(host)) await thaw(volume);
    await Promise.all([...host.loads.map((load) => load.end()), ...host.vms.map(({ guest }) => guest?.pause())]);
    await host.inTurn(async () => {
      for (const disk of host.disks) await letGo(host, disk).catch((error) => console.error(String(error)));
    });
    for (const session of host.sessions) session.ended = true;
  });
  const path = [modules, process.env.PSModulePath].filter(Boolean).join(delimiter);
  const environment = { SIM_WINDOWS: `127.0.0.1:${cmdletPort}`, SIM_WINDOWS_ROOT: host.root, PSModulePath: path };
  const powershell = join(options.state, "powershell");
  await writeLauncher(powershell, environment);
  const control = `http://127.0.0.1:${controlPort}/control`;
  process.stdout.write(`${JSON.stringify({ control, root: host.root, powershell, environment })}\n`);
}

const thaw = ({ folder }: Volume): Promise<unknown> =>
  folder === undefined ? Promise.resolve() : runTool("fsfreeze", ["--unfreeze", folder]).catch(() => {});

async function createHost({ settings, state }: Options): Promise<Host> {
  const [root, mounts] = [join(state, "root"), join(state, "mounts")];
  for (const folder of [..."CDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => join(root, letter)))
    await mkdir(folder, { recursive: true });
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  return {
    ...{ settings, effects: new Effects(), root, mounts, inTurn },
    ...{
      portals: [],
      targets: [],
      sessions: [],
      disks: [],
      vms: [],
      loads: [],
      services: [],
      processes: [],
      smbFiles: [],
    },
    ...{ remembered: new Map(), accessPaths: new Map(), volumeNames: new Map() },
  };
}

/** Over each portal with MPIO, else over the first. */
async function logInEverywhere(host: Host, { portals, targets }: Options): Promise<void> {
  host.portals = portals;
  for (const portal of portals) await discover(host, portal).catch(() => {});
  const { chap, mutualSecret, mpio } = host.settings;
  const account = chap ? { chap, mutual: mutualSecret !== undefined } : {};
  for (const { iqn, portal } of host.targets) {
    if (targets && !targets.includes(iqn)) continue;
    if (!mpio && host.sessions.some((session) => session.iqn === iqn)) continue;
    await openSession(host, { iqn, portal, ...account, persistent: true, multipath: mpio });
  }
  await rescan(host);
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function endOnSignal({ exitWithStdin, state, temporary }: Options, stop: () => Promise<void>): void {
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await stop();
    if (temporary) await rm(join(state), { recursive: true, force: true });
    process.exit(0);
  };
  process.on("SIGTERM", () => void end());
  process.on("SIGINT", () => void end());
  if (exitWithStdin) process.stdin.resume().on("end", () => void end());
}
