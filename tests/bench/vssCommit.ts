import { once } from "node:events";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { makeHome } from "../coreProcess.ts";
import { certificate } from "../sim/nas/http/certificate.ts";
import { WindowsCore, windowsPath } from "../wine/wine.ts";
import { type Figure, type Measured, middle } from "./figure.ts";
import { load, openVssBench, takeSet, type VssBench } from "./vssBench.ts";

const luns = 16;
const latencyMs = 300;
const warmUps = 5;
const rounds = 15;

export const commit: Figure = {
  key: "j",
  title:
    "Time in CommitSnapshots beyond the NAS's own 300 ms, 1 LUN, against a bare request to a server that answers at once (Wine)",
  unit: "times",
  goal: 3,
  measure,
};

/** In milliseconds. */
interface Turn {
  commit: number;
  /** What is not the NAS's, by its own stamps. */
  beyond: number;
  bare: number;
}

async function measure(): Promise<Measured> {
  const bench = await openVssBench(luns);
  const server = await startServer();
  const bare = new WindowsCore(bench.bare.node, [windowsPath(bench.bare.requestProgram), server.url], {});
  try {
    await load(bench.core);
    slowWhileHeld(bench);
    const [one, all]: [Turn[], Turn[]] = [[], []];
    for (let i = -warmUps; i < rounds; i++) {
      const turns = [await takeTurn(bench, 1, bare), await takeTurn(bench, luns, bare)] as const;
      if (i < 0) continue;
      one.push(turns[0]);
      all.push(turns[1]);
    }
    if (server.connections() !== 1) throw new Error(`the bare requests took ${server.connections()} connections`);
    return { ...summary(one), sixteenLuns: summary(all), rounds };
  } finally {
    await bare.end();
    await server.stop();
    await bench.stop();
  }
}

/** Through the rest of the set it answers at once, so that this takes no minutes. */
function slowWhileHeld({ core, nas }: VssBench): void {
  core.coordinator.surroundings.reach = async (moment) => {
    if (moment === "Hold") await nas.quirk("latencyMs", latencyMs);
    if (moment === "Release") await nas.quirk("latencyMs", 0);
  };
}

async function takeTurn({ core, nas, volumes }: VssBench, count: number, bare: WindowsCore): Promise<Turn> {
  await nas.reset();
  const returned = await takeSet(core, volumes.slice(0, count));
  const commitMs = returned.find(({ method }) => method === "CommitSnapshots")?.ms ?? Number.NaN;
  const answers = (await nas.requests()).map(({ inMs, outMs = inMs }) => outMs - inMs).filter((ms) => ms >= latencyMs);
  if (answers.length !== count) throw new Error(`${answers.length} requests for ${count} snapshots`);
  return { commit: commitMs, beyond: commitMs - Math.max(...answers), bare: await bareRequest(bare) };
}

async function bareRequest(child: WindowsCore): Promise<number> {
  child.sendLine("");
  return (await child.receive<{ ms: number }>()).ms;
}

function summary(turns: readonly Turn[]): Measured {
  const of = (name: keyof Turn) => middle(turns.map((turn) => turn[name]));
  const value = middle(turns.map(({ beyond, bare }) => beyond / bare));
  return { value, commitMs: of("commit"), beyondMs: of("beyond"), bareMs: of("bare") };
}

interface Server {
  url: string;
  connections(): number;
  stop(): Promise<void>;
}

/** Over TLS, as the NAS is. */
async function startServer(): Promise<Server> {
  const { key, cert } = await certificate(makeHome(), "bare");
  const server = https.createServer({ key, cert, keepAliveTimeout: 600_000 }, (_, response) => response.end("{}"));
  let connections = 0;
  server.on("secureConnection", () => connections++);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const stop = async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
  };
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`, connections: () => connections, stop };
}
