/** Sequences of callbacks, valid and not, through the provider's DLL to the core on Linux. */
import { makeVssSim, relayedProvider } from "./build.ts";
import { startCoordinator } from "./coordinator.ts";
import { serveCore } from "./core.ts";
import type { SimDisk } from "./machine.ts";
import { allowedResults, deadlineMs, type Played, RandomCallbacks } from "./randomCallbacks.ts";

export interface RandomRun {
  disks: SimDisk[];
  /** What starts the core as the DLL's child. */
  command: [string, ...string[]];
  /** Of a machine on which the disks' NAS is stored. */
  home: string;
  count: number;
  seed: number;
}

export interface Tally {
  callbacks: number;
  /** How often each HRESULT was answered, in hexadecimal. */
  answers: Record<string, number>;
  wrong: Played[];
  /** Of the valid set at the end. */
  last: number;
}

export async function playRandom({ disks, command, home, count, seed }: RandomRun): Promise<Tally> {
  await makeVssSim();
  const core = await serveCore({ command, environment: { QNAP_SNAPSHOT_HOME: home } });
  const coordinator = await startCoordinator({ volumes: { F: disks } }, { VSS_SIM_CORE_PORT: String(core.port) });
  try {
    await coordinator.load(relayedProvider);
    const random = new RandomCallbacks(coordinator, disks, seed);
    const played: Played[] = [];
    for (let sequence = 0; sequence < count; sequence++) played.push(...(await random.play()));
    const { hr, setId } = await coordinator.set({ volumes: ["F"], context: 0x22 });
    await coordinator.call("AbortSnapshots", { setId });
    await coordinator.release();
    await core.ended();
    return { ...tally(played), last: hr };
  } finally {
    await coordinator.kill();
    core.stop();
  }
}

function tally(played: readonly Played[]): Omit<Tally, "last"> {
  const answers: Record<string, number> = {};
  for (const { hr } of played) answers[hr.toString(16)] = (answers[hr.toString(16)] ?? 0) + 1;
  const wrong = played.filter(({ method, hr, ms }) => !allowedResults.has(hr) || ms > deadlineMs(method) + 1_000);
  return { callbacks: played.length, answers, wrong };
}
