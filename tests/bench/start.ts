import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../../build/repo.ts";
import { makeHome } from "../coreProcess.ts";
import { type Figure, type Measured, median, middle } from "./figure.ts";
import { greeting, packagedCore } from "./packagedCore.ts";

const rounds = 25;
const warmUps = 3;
const node = join(root, "node_modules/.bin/node");

export const start: Figure = {
  key: "a",
  title: "Start of the packaged core to its first answer, against a bare node to its first byte",
  unit: "times",
  goal: 1.5,
  measure,
};

async function measure(): Promise<Measured> {
  const env = { ...process.env, QNAP_SNAPSHOT_HOME: makeHome() };
  const [core, bare]: [number[], number[]] = [[], []];
  for (let i = -warmUps; i < rounds; i++) {
    const coreMs = await untilFirstOutput(() => startCore(env), '"coreVersion"');
    const bareMs = await untilFirstOutput(() => spawn(node, ["-e", 'process.stdout.write("x")'], { env }), "x");
    if (i < 0) continue;
    core.push(coreMs);
    bare.push(bareMs);
  }
  const value = median(core.map((ms, i) => ms / (bare[i] as number)));
  return { value, coreMs: middle(core), nodeMs: middle(bare), rounds };
}

function startCore(env: NodeJS.ProcessEnv): ChildProcessWithoutNullStreams {
  const core = spawn(...packagedCore(), { env });
  core.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: greeting })}\n`);
  return core;
}

/** Milliseconds from the start of a process to its first output. Waits for its end, so that the next has the machine to itself. */
async function untilFirstOutput(begin: () => ChildProcessWithoutNullStreams, wanted: string): Promise<number> {
  const startMs = performance.now();
  const child = begin();
  const ended = once(child, "exit");
  const [output] = (await once(child.stdout, "data")) as [Buffer];
  const ms = performance.now() - startMs;
  child.stdin.end();
  await ended;
  if (!output.includes(wanted)) throw new Error(`not the expected output: ${output.toString()}`);
  return ms;
}
