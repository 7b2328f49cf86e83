import { setTimeout as sleep } from "node:timers/promises";
import { pidsOf } from "../wine/processes.ts";
import { type Figure, type Measured, median, middle } from "./figure.ts";
import { load, openVssBench, type Provider } from "./vssBench.ts";

const warmUps = 2;
const rounds = 15;

export const vssStart: Figure = {
  key: "l",
  title: "Start of the provider's core to its first answer, against a bare Node in its place (Wine)",
  unit: "times",
  goal: 1.5,
  measure,
};

async function measure(): Promise<Measured> {
  const { core, echo, home, stop } = await openVssBench(1);
  const [coreMs, nodeMs]: [number[], number[]] = [[], []];
  try {
    for (let i = -warmUps; i < rounds; i++) {
      const both = [await startAlone(core, home), await startAlone(echo, home)] as const;
      if (i < 0) continue;
      coreMs.push(both[0]);
      nodeMs.push(both[1]);
    }
  } finally {
    await stop();
  }
  const value = median(coreMs.map((ms, i) => ms / (nodeMs[i] as number)));
  return { value, coreMs: middle(coreMs), nodeMs: middle(nodeMs), rounds };
}

/** Waits for the child's end, so that the next has the machine to itself. */
async function startAlone(provider: Provider, home: string): Promise<number> {
  const ms = await load(provider);
  await provider.coordinator.release();
  while (pidsOf("qnap-snapshot-core.exe", home).length > 0) await sleep(20);
  return ms;
}
