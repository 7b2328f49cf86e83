import type { Returned } from "../sim/vss/coordinator.ts";
import { type Figure, type Measured, middle } from "./figure.ts";
import { load, openVssBench, takeSet } from "./vssBench.ts";

const luns = 16;
const warmUps = 5;
const rounds = 15;
/** What these answer is known before: no request to a NAS, no disk. */
const fromMemory = new Set(["BeginPrepareSnapshot", "GetTargetLuns", "PreFinalCommitSnapshots"]);

export const callbacks: Figure = {
  key: "k",
  title: "The median callback of a set of 16 LUNs, against the same call to a bare Node that echoes (Wine)",
  unit: "times",
  goal: 1.5,
  measure,
};

interface Pair {
  method: string;
  coreMs: number;
  echoMs: number;
}

async function measure(): Promise<Measured> {
  const { core, echo, volumes, stop } = await openVssBench(luns);
  try {
    await load(core);
    await load(echo);
    const pairs: Pair[] = [];
    for (let i = -warmUps; i < rounds; i++) {
      const both = pair(await takeSet(core, volumes), await takeSet(echo, volumes));
      if (i >= 0) pairs.push(...both);
    }
    const known = pairs.filter(({ method }) => fromMemory.has(method));
    return { ...summary(pairs), fromMemory: summary(known), methods: byMethod(pairs), rounds };
  } finally {
    await stop();
  }
}

function pair(core: readonly Returned[], echo: readonly Returned[]): Pair[] {
  return core.map(({ method, ms }, i) => {
    const other = echo[i];
    if (other?.method !== method) throw new Error(`${method} has no counterpart: ${other?.method}`);
    return { method, coreMs: ms, echoMs: other.ms };
  });
}

function summary(pairs: readonly Pair[]): Measured {
  return {
    value: middle(pairs.map(({ coreMs, echoMs }) => coreMs / echoMs)),
    coreMs: middle(pairs.map(({ coreMs }) => coreMs)),
    echoMs: middle(pairs.map(({ echoMs }) => echoMs)),
  };
}

function byMethod(pairs: readonly Pair[]): Record<string, Measured> {
  const methods = [...new Set(pairs.map(({ method }) => method))];
  const of = (wanted: string) => pairs.filter(({ method }) => method === wanted);
  return Object.fromEntries(methods.map((method) => [method, summary(of(method))]));
}
