import { setInterval } from "node:timers";
import { createControlServer } from "./control/server.ts";
import { createNas } from "./create.ts";
import { Faults } from "./faults.ts";
import { Holds } from "./holds.ts";
import { certificate } from "./http/certificate.ts";
import { close, createServers, listen } from "./http/server.ts";
import { expireSnapshots } from "./model/snapshots.ts";
import type { Nas } from "./nas.ts";
import type { Options } from "./options.ts";

/** Starts everything, says so in one line, and ends on a signal. */
export async function run(options: Options): Promise<void> {
  const nas = await createNas(options);
  const trouble = { faults: new Faults(), holds: new Holds() };
  const { fingerprint, ...pems } = await certificate(options.state, options.name);
  const servers = createServers(nas, trouble, { fingerprint, ...pems });
  const control = createControlServer(nas, trouble);
  const httpPort = await listen(servers.http, options.httpPort, options.host);
  nas.httpsPort = await listen(servers.https, options.httpsPort, options.host);
  const controlPort = await listen(control, options.controlPort, "127.0.0.1");
  const announcement = options.mdns ? await announceNas(nas, options, httpPort) : undefined;
  const expiry = setInterval(() => void expireSnapshots(nas), 1000);

  endOnSignal(options, async () => {
    clearInterval(expiry);
    trouble.holds.releaseAll();
    await announcement?.stop();
    await Promise.all([servers.http, servers.https, control].map(close));
    await nas.background.stop();
    await nas.exports.backend.stop();
    await nas.save();
  });
  process.stdout.write(`${JSON.stringify(ready(nas, options, { httpPort, controlPort, fingerprint }))}\n`);
}

function ready(nas: Nas, options: Options, ports: { httpPort: number; controlPort: number; fingerprint: string }) {
  const [admin] = nas.state.users;
  return {
    http: `http://${options.host}:${ports.httpPort}`,
    https: `https://${options.host}:${nas.httpsPort}`,
    fingerprint: ports.fingerprint,
    user: admin?.name,
    password: admin?.password,
    control: `http://127.0.0.1:${ports.controlPort}/control`,
    portals: nas.exports.backend.portals,
    lunOffset: nas.exports.backend.lunOffset,
    profile: nas.profileName,
  };
}

/** https is told only where "Force SSL" is set, which the redirect stands for (confirmed by three sources). */
async function announceNas({ profile, state, httpsPort, quirks }: Nas, { host }: Options, port: number) {
  const { announce } = await import("./mdns.ts");
  const { model, firmware } = profile;
  const access = quirks.get("redirectToHttps")
    ? ({ accessType: "https", accessPort: httpsPort } as const)
    : ({ accessType: "http", accessPort: port } as const);
  return announce({
    name: state.hostname,
    port,
    ...access,
    model: model.name,
    displayModel: model.display,
    fwVer: firmware.version,
    fwBuildNum: firmware.build,
    serialNum: state.serialNumber,
    address: host,
  });
}

function endOnSignal({ exitWithStdin }: Options, stop: () => Promise<void>): void {
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await stop();
    process.exit(0);
  };
  process.on("SIGTERM", () => void end());
  process.on("SIGINT", () => void end());
  if (exitWithStdin) process.stdin.resume().on("end", () => void end());
}
