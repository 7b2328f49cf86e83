import { type Figure, type Measured, round } from "./figure.ts";
import { peakMemoryMb } from "./packagedCore.ts";
import { openVmwareBench, takeSnapshot } from "./vmwareBench.ts";

const vms = 2000;
/** Shorter than in (f): the tighter ends of tasks follow each other, the more is in memory at once. */
const taskMs = 100;

export const vmMemory: Figure = {
  key: "i",
  title: "Peak memory of the packaged core while it takes a snapshot with 2,000 VMs",
  unit: "MB",
  goal: 200,
  measure,
};

async function measure(): Promise<Measured> {
  const { core, stop } = await openVmwareBench({ vms, taskMs, hosts: 4 });
  try {
    const pid = core.child.pid as number;
    const idleCoreMb = round(peakMemoryMb(pid));
    const seconds = round((await takeSnapshot(core, vms)) / 1000);
    return { value: peakMemoryMb(pid), idleCoreMb, seconds };
  } finally {
    await stop();
  }
}
