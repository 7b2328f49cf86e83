import { setTimeout as sleep } from "node:timers/promises";
import { isCode } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { Context } from "../rpc/operation.ts";
import { lateMs } from "../snapshots/lateEffects.ts";
import { undoShadowCopies } from "../snapshots/shadowCopy.ts";
import type { Asked } from "../snapshots/snapshotSet.ts";
import type { OperationLog } from "../state/journal.ts";

/** How long a snapshot is looked for that the NAS has accepted, and one that it refused with -1: some make it all the same. */
const acceptedMs = 30_000;
const refusedMs = 3_000;

/** Of a set of our own nothing is left. */
export async function giveUp(
  log: OperationLog,
  requests: readonly Asked[],
  answered: Promise<unknown>,
  context: Context,
): Promise<void> {
  if (!log.announced) return log.end("Undone", "the shadow copy set was given up; nothing was changed");
  await Promise.race([answered, sleep(lateMs, undefined, { ref: false })]);
  const late = requests.map((request) => ({ naa: request.each.lun.naa, forMs: mayComeFor(request) }));
  const naas = late.filter(({ forMs }) => forMs > 0).map(({ naa }) => naa);
  await undoShadowCopies(log, Math.max(0, ...late.map(({ forMs }) => forMs)), context, new Set(naas));
}

function mayComeFor({ askedMs, answeredMs, failure }: Asked): number {
  if (askedMs === null) return 0;
  if (answeredMs === null || failure instanceof Unconfirmed) return lateMs;
  if (failure === undefined) return acceptedMs;
  return isCode(failure, "NasError") ? refusedMs : 0;
}
