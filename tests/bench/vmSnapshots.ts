import type { CoreProcess } from "../coreProcess.ts";
import type { VmwareLab } from "../e2e/support/vmwareLab.ts";
import { type Figure, type Measured, median, middle } from "./figure.ts";
import { openVmwareBench, takeSnapshot } from "./vmwareBench.ts";

const vms = 500;
const taskMs = 800;
/** The 32 of the vCenter: four hosts of 8. */
const inFlight = 32;
const rounds = 2;

export const vmSnapshots: Figure = {
  key: "f",
  title: "Snapshots of 500 VMs, made and removed, against the ideal of 32 tasks of 800 ms at a time",
  unit: "times",
  goal: 1.15,
  measure: async () => ({
    ...(await measured(({ createMs, removeMs }) => (createMs + removeMs) / (2 * idealMs))),
    ...(await behind("createMs", "removeMs", "wholeMs")),
    idealMs: 2 * idealMs,
  }),
};

export const soapCalls: Figure = {
  key: "g",
  title: "SOAP calls of the whole operation for each of these VMs",
  unit: "calls",
  goal: 2.5,
  measure: async () => ({
    ...(await measured(({ counts }) => sum(Object.values(counts)) / vms)),
    methods: (await allRounds())[0]?.counts,
  }),
};

export const waiting: Figure = {
  key: "h",
  title: "From the last VM snapshot to the NAS request, and from the NAS answer to the first removal: the larger",
  unit: "ms",
  goal: 25,
  measure: async () => ({
    ...(await measured(({ untilAskedMs, untilRemovedMs }) => Math.max(untilAskedMs, untilRemovedMs))),
    ...(await behind("untilAskedMs", "untilRemovedMs")),
  }),
};

const idealMs = Math.ceil(vms / inFlight) * taskMs;

/** One operation, by the stamps of both simulators; only wholeMs is ours. */
interface Round {
  createMs: number;
  untilAskedMs: number;
  untilRemovedMs: number;
  removeMs: number;
  wholeMs: number;
  /** Requests to vCenter by method. */
  counts: Record<string, number>;
}

let taken: Promise<Round[]> | undefined;

/** The three figures are of the same operations. */
function allRounds(): Promise<Round[]> {
  taken ??= takeRounds();
  return taken;
}

async function measured(figure: (round: Round) => number): Promise<Measured> {
  return { value: median((await allRounds()).map(figure)), rounds };
}

async function behind(...names: Exclude<keyof Round, "counts">[]): Promise<Record<string, number>> {
  const all = await allRounds();
  return Object.fromEntries(names.map((name) => [name, middle(all.map((one) => one[name]))]));
}

async function takeRounds(): Promise<Round[]> {
  const { lab, core, stop } = await openVmwareBench({ vms, taskMs, hosts: 4 });
  try {
    const all: Round[] = [];
    for (let i = 0; i < rounds; i++) all.push(await takeRound(lab, core));
    return all;
  } finally {
    await stop();
  }
}

async function takeRound({ nas, vcenter }: VmwareLab, core: CoreProcess): Promise<Round> {
  await nas.reset();
  await vcenter.reset();
  const wholeMs = await takeSnapshot(core, vms);
  const [calls, effects] = [await vcenter.requests(), await vcenter.effects()];
  const asked = (await nas.requests()).find(({ func }) => func === "create_snapshot");
  if (asked?.outMs === undefined) throw new Error("the NAS was not asked for a snapshot");
  const firstIn = (method: RegExp) =>
    Math.min(...calls.filter((one) => method.test(one.method)).map(({ inMs }) => inMs));
  const lastDone = (kind: string) =>
    Math.max(...mustBeAll(effects.filter((one) => one.kind === kind)).map(({ atMs }) => atMs));
  const made = lastDone("vm.snapshotCreate");
  const removing = firstIn(/^RemoveSnapshot/);
  return {
    createMs: made - firstIn(/^CreateSnapshot/),
    untilAskedMs: asked.inMs - made,
    untilRemovedMs: removing - asked.outMs,
    removeMs: lastDone("vm.snapshotRemove") - removing,
    wholeMs,
    counts: await vcenter.counts(),
  };
}

function mustBeAll<T>(effects: T[]): T[] {
  if (effects.length !== vms) throw new Error(`${effects.length} of ${vms} VM snapshots were made or removed`);
  return effects;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
