import { setTimeout as pause } from "node:timers/promises";
import { poll } from "../nas/jobs.ts";
import type { EndedHold, Evidence } from "../ports.ts";
import type { Intents } from "../vss/intents.ts";
import { evidenceOf, removeCheckpoints } from "./checkpoints.ts";
import { inSnapshot, runs, type WindowsHold } from "./holdRecord.ts";
import type { HostSession } from "./powershell.ts";

const lookMs = 1_000;
/** From the provider's last look at what it is to do until it has told what came of it. */
const underWayMs = 30_000;
/** VSS gives up a set long before. */
const setMs = 15 * 60_000;

/** Lets go of what a dead process held: VSS ends its set by itself, and we wait for that; its checkpoints are removed. */
export async function endHold(
  host: HostSession,
  intents: Intents,
  record: WindowsHold,
  operationId: string,
  lateMs: number,
): Promise<EndedHold> {
  await endSets(intents, operationId);
  if (record.hyperVCheckpoint !== "Memory") return { left: [], warnings: [], evidence: interrupted(record) };
  const evidence = await evidenceOf(host, record, operationId);
  for (const until = Date.now() + lateMs; ; await pause(lookMs)) {
    const last = Date.now() >= until;
    const released = await removeCheckpoints(host, record, operationId);
    if (last || released.left.length > 0)
      return { ...released, evidence: { ...interrupted(record), vms: evidence.vms } };
  }
}

/** A provider that has not begun yet refuses; one that is at it is waited for. */
async function endSets(intents: Intents, operationId: string): Promise<void> {
  for (const intent of await intents.of(operationId)) {
    if (intent.snapshots.length === 0) continue;
    await intents.withdraw(intent);
    if (Date.parse(intent.at) + setMs > Date.now()) await poll(underWayMs, () => intents.outcome(intent.setId));
  }
}

/** What the writers said went with the process that asked them. */
function interrupted(record: WindowsHold): Evidence {
  const reason = "the operation was interrupted, and what the VSS writers said of it is not known";
  return {
    vms: record.vms.map((vm) => (runs(vm) ? inSnapshot(vm, "Crash", reason) : inSnapshot(vm, "PoweredOff", null))),
    writers: [],
    volumes: { consistency: "Crash", reason },
    heldMs: null,
  };
}
