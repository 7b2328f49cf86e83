import type { Context } from "../rpc/operation.ts";
import { announceDiscard, discard } from "../snapshots/discardShadow.ts";
import { aloneOnLuns } from "../snapshots/recovery.ts";
import type { OperationLog } from "../state/journal.ts";
import { hresults, Refusal } from "./hresults.ts";
import { type Answer, type Call, naaOf, type VssLun } from "./wire.ts";

/** VSS_HARDWARE_SNAPSHOT flags of OnLunStateChange (vss.h). */
const readWrite = 0x100;
const maskLuns = 0x800;

/** FillInLunInfo: ours is only what we show as a shadow copy, and VSS knows it by what it was told of it. */
export async function fillIn({ luns: [lun] }: Call, context: Context): Promise<Answer> {
  const shadow = lun && (await shadowOf(lun, context));
  return shadow ? { supported: true, lun: shadow.shadow.told as VssLun } : { supported: false };
}

/**
 * OnLunEmpty: VSS has removed the last shadow copy from the LUN. Announced before the answer, done after it: the work is given
 * back. Undefined where the LUN is none of ours, or is going already.
 */
export async function empty({ luns: [lun] }: Call, context: Context): Promise<(() => Promise<void>) | undefined> {
  const shadow = lun && (await shadowOf(lun, context));
  if (!shadow) return undefined;
  const log = await announceDiscard(shadow, context);
  return () => finish(log, context);
}

async function finish(log: OperationLog, context: Context): Promise<void> {
  try {
    await aloneOnLuns(log, context, () => discard(log, context));
  } finally {
    await log.release();
  }
}

/**
 * OnLunStateChange. A clone can be written to as it is, so there is nothing to switch; what is broken off from its set to be
 * written to is no shadow copy any more, and stays. Masking it in place of removing it is not done.
 */
export async function changeState({ luns, flags }: Call, context: Context): Promise<Answer> {
  if ((flags & maskLuns) !== 0)
    throw new Refusal(hresults.veto, "a shadow copy cannot be hidden in place of being removed");
  if ((flags & readWrite) === 0) return {};
  const { catalogue } = context.machine;
  for (const lun of luns) {
    const found = await shadowOf(lun, context);
    if (!found) continue;
    const { shadow, ...clone } = found.record;
    await catalogue.add(found.naa, clone);
  }
  return {};
}

async function shadowOf(lun: VssLun, { machine }: Context) {
  const naa = naaOf(lun);
  return naa === undefined ? undefined : machine.catalogue.shadow(naa);
}
