import { isCode, QnapError, reasonOf } from "../errors.ts";
import type { PlanStep } from "../model.ts";
import type { CopyHolder } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { MountedClone } from "../state/catalogue.ts";
import type { OperationLog } from "../state/journal.ts";
import { inOperation, mustGoOn } from "./bracket.ts";
import { copyOf, type ReleaseEntry, takeDown } from "./mountSteps.ts";
import { datastoreOf, dismountSteps, pathOf } from "./mountWords.ts";
import { mustHaveNoSnapshots } from "./removeClone.ts";
import { type RememberedLun, reopenLun, reopenNas } from "./reopen.ts";

/** How a request names a mounted snapshot. With several fields given, all must fit. */
export interface MountRef {
  nas?: string;
  lunName?: string;
  lunNaa?: string;
  datastoreName?: string;
  path?: string;
}

export async function dismountSnapshot({ planOnly, ...ref }: MountRef & { planOnly?: boolean }, context: Context) {
  const found = await findMount(ref, context);
  await mustBeSettled(found, context);
  const lun = rememberedOf(found);
  const { place } = found.mount;
  const nas = await reopenNas(lun, context);
  const located = await reopenLun(lun, context).catch(unlessGone);
  if (located) await mustHaveNoSnapshots(located, context.signal);
  const holders = await (await context.machine.copies(place.consumer)).mustRelease(copyOf(lun, place), context);
  const steps = stepsOf(found, holders);
  const { mounted } = found.mount;
  const names = { datastoreName: datastoreOf(mounted) ?? null, path: pathOf(mounted) ?? null };
  const told = { steps, lunName: lun.lunName, ...names };
  if (planOnly) return { ...told, operationId: null };
  const about = [{ nas, lun: { naa: lun.naa, name: lun.lunName } }];
  return inOperation(context, "dismountLunSnapshot", about, async (log) => {
    mustGoOn(context, "Nothing was changed.");
    await takeDown(lun, place, log, context).catch(async (error: unknown) => {
      // Found by dismounting: what was dismounted for it comes back by itself.
      if (isCode(error, "MountInUse")) await log.end("Failed", `nothing was changed: ${reasonOf(error)}`);
      throw error;
    });
    await log.end("Completed", outcome(lun));
    return { ...told, operationId: log.operationId };
  });
}

async function findMount(ref: MountRef, { machine }: Context): Promise<MountedClone> {
  const mounts = await machine.catalogue.mounts();
  const fits = (wanted: string | undefined, is: string | undefined) =>
    wanted === undefined || wanted.toLowerCase() === is?.toLowerCase();
  const found = mounts.filter(
    ({ naa, record, mount }) =>
      fits(ref.nas, mount.nas) &&
      fits(ref.lunName, record.name) &&
      fits(ref.lunNaa, naa) &&
      fits(ref.datastoreName, datastoreOf(mount.mounted)) &&
      fits(ref.path, pathOf(mount.mounted)),
  );
  const asked = ref.datastoreName ?? ref.path ?? ref.lunName ?? ref.lunNaa;
  const [only] = found;
  if (only === undefined) {
    const known = mounts.map(({ record }) => record.name).join(", ") || "nothing";
    throw new QnapError("MountNotFound", { mount: asked, known });
  }
  if (found.length === 1) return only;
  const nas = found.map(({ mount }) => mount.nas).join(", ");
  throw new QnapError("LunAmbiguous", { nas, lun: asked, count: found.length, naas: found.map(({ naa }) => naa) });
}

/** A mount that was interrupted would be finished by its recovery. */
async function mustBeSettled({ record }: MountedClone, { machine }: Context): Promise<void> {
  const { operationId, name: lun } = record;
  const mounting = await machine.journal.describe(operationId);
  if (mounting?.endTimeUtc === null) throw new QnapError("OperationUnsettled", { operation: operationId, lun });
}

function rememberedOf({ naa, record, mount }: MountedClone): RememberedLun {
  return { nas: mount.nas, serial: record.nasSerial, lunIndex: mount.lunIndex, lunName: record.name, naa };
}

/** Somebody removed it on the NAS: its hosts still have it. */
function unlessGone(error: unknown): undefined {
  if (!isCode(error, "LunNotFound")) throw error;
}

function stepsOf({ naa, record, mount }: MountedClone, holders: readonly CopyHolder[]): PlanStep[] {
  const last = `Take LUN '${record.name}' on ${mount.nas} off its targets and remove it`;
  return [...dismountSteps(mount.place, mount.mounted, naa, holders), { action: last, changes: true }];
}

function outcome({ lunName }: RememberedLun): string {
  return `the copy '${lunName}' is on no host any more, and gone`;
}

/** Goes on from wherever it was; refuses while somebody uses the copy again. */
export async function recoverDismount(log: OperationLog, context: Context): Promise<void> {
  const begun = log.last<ReleaseEntry>("release");
  if (!begun) return log.end("Undone", "nothing was changed");
  await takeDown(begun.lun, begun.place, log, context);
  await log.end("Completed", outcome(begun.lun));
}
