import { uptime } from "node:os";
import { isCode } from "../errors.ts";
import type { Context } from "../rpc/operation.ts";
import type { ShadowClone, ShadowRecord } from "../state/catalogue.ts";
import type { JournalEntry, OperationLog } from "../state/journal.ts";
import { aloneOnNas } from "./bracket.ts";
import { findSnapshots } from "./locate.ts";
import { dropIfThere } from "./removeClone.ts";
import { type RememberedLun, reopenLun, reopenNas } from "./reopen.ts";
import { takeBack } from "./snapshotSet.ts";

/** A shadow copy that goes, with the snapshot that was made for it. */
interface DiscardEntry {
  lun: RememberedLun;
  snapshots: [ShadowRecord["snapshot"]];
  /** Under which it was made. */
  madeBy: string;
}

/** VSS has no more use for it. From here on it goes, if not by this process, then by a recovery. */
export async function announceDiscard({ record, shadow }: ShadowClone, { machine }: Context): Promise<OperationLog> {
  const { lun, snapshot } = shadow;
  const log = await machine.journal.begin("vssShadowCopy", { nas: [lun.nas], luns: [lun.lunName] });
  await log.add("discard", { lun, snapshots: [snapshot], madeBy: record.operationId } satisfies DiscardEntry);
  return log;
}

/** Takes it off its targets and removes it, and then its snapshot. May be called again. */
export async function discard(log: OperationLog, context: Context): Promise<void> {
  const { lun, snapshots, madeBy } = log.last("discard") as JournalEntry & DiscardEntry;
  const nas = await reopenNas(lun, context);
  await aloneOnNas(context, nas, () => dropIfThere(lun, log, context));
  const source = await reopenLun(snapshots[0], context).catch(unlessGone);
  if (source) {
    const [found] = await findSnapshots(source, { name: snapshots[0].spec.name });
    await takeBack(source, found, { operationId: madeBy }, context);
  }
  await log.end("Completed", `the shadow copy '${lun.lunName}' and its snapshot are gone`);
}

/** What has gone with its LUN is gone. */
export function unlessGone(error: unknown): undefined {
  if (!isCode(error, "LunNotFound")) throw error;
}

/** A shadow copy that was to last no longer than a program, on a host that has been started again: VSS has forgotten it. */
export async function announceStale(context: Context): Promise<void> {
  for (const clone of await context.machine.catalogue.shadows()) {
    const { persistent, uptimeSeconds } = clone.shadow;
    if (persistent || uptime() >= uptimeSeconds) continue;
    await (await announceDiscard(clone, context)).release();
  }
}
