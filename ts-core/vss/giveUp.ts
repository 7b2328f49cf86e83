import { setTimeout as sleep } from "node:timers/promises";
import { isCode } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { Context } from "../rpc/operation.ts";
import { lateMs } from "../snapshots/lateEffects.ts";
import { undoShadowCopies } from "../snapshots/shadowCopy.ts";
import type { Asked } from "../snapshots/snapshotSet.ts";
import type { OperationLog } from "../state/journal.ts";

/** How long a snapshot is looked for that the NAS refused with -1: some make it all the same. */
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
  await undoShadowCopies(log, mayStillCome(requests), context);
}

function mayStillCome(requests: readonly Asked[]): number {
  const isUnclear = ({ askedMs, answeredMs, failure }: Asked) =>
    askedMs !== null && (answeredMs === null || failure instanceof Unconfirmed);
  if (requests.some(isUnclear)) return lateMs;
  return requests.some(({ failure }) => isCode(failure, "NasError")) ? refusedMs : 0;
}
