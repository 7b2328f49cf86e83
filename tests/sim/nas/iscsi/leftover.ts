import { readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const goneWithinMs = 5_000;

/** Stops the tgtd that an earlier simulator left behind in this folder; one that still has its owner is left alone. */
export async function stopLeftover(home: string): Promise<void> {
  const { tgtd, owner } = readPids(home);
  if (tgtd === undefined || !isTgtdOf(tgtd, home)) return;
  if (parentOf(tgtd) === owner) throw new Error(`${home} is in use by the simulator with process id ${owner}`);
  process.kill(tgtd, "SIGKILL");
  for (const deadline = Date.now() + goneWithinMs; isTgtdOf(tgtd, home); await sleep(10)) {
    if (Date.now() > deadline) throw new Error(`the tgtd left behind in ${home}, process ${tgtd}, does not end`);
  }
}

function readPids(home: string): { tgtd?: number | undefined; owner?: number | undefined } {
  try {
    const [tgtd, owner] = readFileSync(join(home, "tgtd.pid"), "utf8").split(" ").map(Number);
    return { tgtd, owner };
  } catch {
    return {};
  }
}

/** A process id alone proves nothing, it may belong to somebody else by now. */
function isTgtdOf(pid: number, home: string): boolean {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`)) === "tgtd" && readlinkSync(`/proc/${pid}/cwd`) === home;
  } catch {
    return false;
  }
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}
