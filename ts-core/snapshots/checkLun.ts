import type { Lun, LunCheck } from "../model.ts";
import type { Nas } from "../nas/nas.ts";
import { listSnapshots } from "../nas/snapshots.ts";
import type { MemberCheck } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import { type WantedLuns, wantedLuns } from "./lunList.ts";
import { namesOf, sendRows, unused, usesOf } from "./lunUses.ts";

/** Sends a verdict for the NAS's side of each LUN, and one for each VM and rule; returns how many. Reads only. */
export async function checkLuns(wanted: WantedLuns, context: Context): Promise<number> {
  let count = 0;
  for await (const { nas, lun } of wantedLuns(wanted, context)) {
    const send = async (checks: readonly MemberCheck[]) => {
      count += checks.length;
      await sendRows(
        checks.map((check): LunCheck => ({ ...namesOf(lun), ...check })),
        context,
      );
    };
    await send([await nasCheck(nas, lun, context.signal)]);
    await send(await memberChecks(lun, context));
  }
  return count;
}

async function nasCheck(nas: Nas, lun: Lun, signal: AbortSignal): Promise<MemberCheck> {
  const state = lun.naa === "" ? "it has no NAA yet" : lun.status;
  if (state !== "Ready") return about(lun, "LunNotReady", "Refuse", `the LUN is not ready (${state})`);
  const used = lun.snapshotCount ?? (await countSnapshots(nas, lun, signal));
  const limits = nas.firmware.snapshotLimitsPerLun;
  const slots = `${used} snapshots; documented limits, by model and memory: ${limits.join(", ")} (the NAS does not tell its own)`;
  if (limits.includes(used) || used > Math.max(...limits))
    return about(lun, "SnapshotSlots", "Warn", `it has ${slots}: one more may be refused`);
  return about(lun, null, "OK", `ready; ${slots}`);
}

async function countSnapshots(nas: Nas, lun: Lun, signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const batch of listSnapshots(nas, lun, signal)) count += batch.length;
  return count;
}

async function memberChecks(lun: Lun, context: Context): Promise<MemberCheck[]> {
  const consumers = await context.machine.consumers.all(context);
  const uses = await usesOf(lun, consumers, context.signal);
  if (uses.length > 0) return (await Promise.all(uses.map((use) => use.check()))).flat();
  const reason = `${unused(lun, consumers)} Only -Type Crash is possible.`;
  return [about(lun, "LunNotUsed", "Refuse", reason)];
}

function about({ name }: Lun, rule: string | null, verdict: LunCheck["verdict"], reason: string): MemberCheck {
  return { kind: "Lun", name, rule, verdict, reason };
}
