import { isCode } from "../errors.ts";
import { listLunEntries } from "../nas/luns.ts";
import { deleteSnapshot } from "../nas/snapshots.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { aloneOnNas } from "./bracket.ts";
import { type CloneEntry, whenReady } from "./clone.ts";
import { findSnapshots, type LocatedLun, sameLun } from "./locate.ts";
import { operationIdIn } from "./names.ts";
import { waitUntilGone } from "./remove.ts";
import { dropClone } from "./removeClone.ts";
import { rememberedLuns, reopenLun } from "./reopen.ts";
import type { DisableEntry } from "./restoreSteps.ts";

/**
 * Undone means that nothing of an operation is left. What it had asked for and what came after its end is taken away, if its name
 * holds the operation's id; of what may be somebody else's the outcome tells. Returns whether there was anything.
 */
export async function lookAgain(log: OperationLog, context: Context): Promise<boolean> {
  const told: string[] = [];
  for (const remembered of rememberedLuns(log.entries)) {
    const located = await reopenLun(remembered, context).catch(unlessGone);
    if (!located) continue;
    await aloneOnNas(context, located.nas, async () => {
      told.push(...(await dropLateClone(located, log, context)), ...(await dropLateSnapshots(located, log, context)));
    });
    told.push(...hiddenPlaces(located, log));
  }
  const ends = log.all<{ outcome: string }>("end").map(({ outcome }) => outcome);
  const outcome = [ends[0], ...told].join("; ");
  if (told.length === 0 || outcome === ends.at(-1)) return false;
  await log.end("Undone", outcome);
  return true;
}

/** A safety copy that was taken back is gone, as it should be. */
function unlessGone(error: unknown): undefined {
  if (!isCode(error, "LunNotFound")) throw error;
}

async function dropLateSnapshots(located: LocatedLun, log: OperationLog, context: Context): Promise<string[]> {
  const late = (await findSnapshots(located, {})).filter(({ name }) => operationIdIn(name) === log.operationId);
  for (const snapshot of late) {
    await sameLun(located);
    await deleteSnapshot(located.nas, snapshot.snapshotId);
    await waitUntilGone({ ...located, snapshot }, log.operationId, context);
    await context.machine.catalogue.remove(located.lun.naa, snapshot.name);
  }
  return late.map(({ name }) => `snapshot '${name}' came late and was taken away`);
}

/** A clone that a user has named may as well have been made by hand meanwhile. */
async function dropLateClone({ nas, lun: source }: LocatedLun, log: OperationLog, context: Context): Promise<string[]> {
  const begun = log.all<CloneEntry>("clone").findLast(({ lun }) => lun.naa === source.naa);
  const shows = begun && (await listLunEntries(nas)).some(({ name }) => name === begun.name);
  if (!shows) return [];
  const look = () => context.progress({ activity: "Looking again", status: `Waiting for LUN '${begun.name}'` });
  const lun = await whenReady(nas, begun.name, 0, look);
  if (!lun || (await context.machine.catalogue.clone(lun.naa, lun.name))) return [];
  if (!begun.name.endsWith(`_${log.operationId}`))
    return [`the LUN '${begun.name}' that is there now was made late by it, or by somebody else, and is not on record`];
  await dropClone({ nas, lun }, log, context);
  return [`LUN '${begun.name}' came late and was taken away`];
}

/** It was enabled again; whether our own request came late or somebody wants it so is not known. */
function hiddenPlaces({ lun }: LocatedLun, log: OperationLog): string[] {
  const mappings = log.last<DisableEntry>("disable")?.mappings ?? [];
  const hidden = lun.targets.filter(
    ({ targetIndex, enabled }) => !enabled && mappings.some((mapping) => mapping.targetIndex === targetIndex),
  );
  return hidden.map(
    ({ targetIndex }) =>
      `LUN '${lun.name}' is disabled on target ${targetIndex} now, by a request that came late or by somebody`,
  );
}
