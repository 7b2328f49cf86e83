import { QnapError } from "../errors.ts";
import type { MountedSnapshot, PlanStep, SnapshotRef } from "../model.ts";
import { mustClone } from "../nas/clones.ts";
import type { MountedCopy, MountPlace } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { inOperation, takeLuns } from "./bracket.ts";
import { cloneBegun, makeCloneAlone, mustBeFree } from "./clone.ts";
import { lateFor } from "./lateEffects.ts";
import { type LocatedLun, type LocatedSnapshot, locateSnapshot, mustBeReady } from "./locate.ts";
import { finishOrUndo, type MountEntry, type PlanEntry, undo } from "./mountSteps.ts";
import { ownCloneName } from "./names.ts";
import { reopenLun } from "./reopen.ts";

export interface MountRequest {
  snapshot: SnapshotRef;
  vmHost: string;
  /** Of the copy on the NAS. */
  name?: string;
  planOnly?: boolean;
}

/** A copy of the snapshot, beside the original as a datastore of its own. */
export async function mountSnapshot({ snapshot: ref, vmHost, name, planOnly }: MountRequest, context: Context) {
  const located = await locateSnapshot(ref, context);
  mustBeReady(located);
  mustClone(located.nas);
  if (name !== undefined) await mustBeFree(located.nas, name, context.signal);
  const plan = await planMount(located, vmHost, context);
  const steps = stepsOf(located, plan, name);
  if (planOnly) return { steps, mounted: null };
  return inOperation(context, "mountLunSnapshot", [located], async (log) => {
    await log.add("plan", plan);
    const lun = await makeCloneAlone(located, name ?? ownCloneName(located.lun.name, log.operationId), log, context);
    const copy = await mountAlone({ nas: located.nas, lun }, log, context);
    return { steps, mounted: describe(located, lun, plan.place, copy, log) };
  });
}

async function planMount({ lun }: LocatedSnapshot, vmHost: string, context: Context): Promise<PlanEntry> {
  const copies = await context.machine.copies();
  const place = await copies.place(vmHost, lun, context);
  const targets = lun.targets.filter(({ enabled }) => enabled).map(({ targetIndex }) => targetIndex);
  if (targets.length > 0) return { place, targets };
  // The host still tells what it saw before.
  const { vcenter, vmHost: host } = place;
  throw new QnapError("VMHostDoesNotSeeLun", { host, vcenter, lun: lun.name, naa: lun.naa });
}

/** The copy is ours alone too: nobody removes it meanwhile. */
async function mountAlone(clone: LocatedLun, log: OperationLog, context: Context): Promise<MountedCopy> {
  const leases = await takeLuns(context, "mountLunSnapshot", [clone.lun]);
  try {
    return await finishOrUndo(clone, log, context);
  } finally {
    await Promise.all(leases.map((lease) => lease.release()));
  }
}

function stepsOf({ lun, snapshot }: LocatedSnapshot, { place, targets }: PlanEntry, name?: string): PlanStep[] {
  const copy = name === undefined ? "a LUN that is named after it and this operation" : `LUN '${name}'`;
  const change = (action: string): PlanStep => ({ action, changes: true });
  return [
    {
      action: `ESXi host '${place.vmHost}' of ${place.vcenter} sees LUN '${lun.name}' (naa.${lun.naa})`,
      changes: false,
    },
    change(`Copy snapshot '${snapshot.name}' of LUN '${lun.name}' to ${copy}`),
    change(`Map the copy to target ${targets.join(", ")}, where the original is`),
    change(`Rescan the storage of '${place.vmHost}' and give the copy a VMFS signature of its own`),
    change("Mount it beside the original; the other hosts that see the original rescan and see it too"),
  ];
}

function describe(
  { nas, lun: original, snapshot }: LocatedSnapshot,
  { name, naa, lunIndex }: LocatedLun["lun"],
  { vcenter, vmHost }: MountPlace,
  copy: MountedCopy,
  { operationId }: OperationLog,
): MountedSnapshot {
  const lun = { nas: nas.name, lunName: name, lunNaa: naa, lunIndex };
  return { ...copy, ...lun, sourceLun: original.name, snapshotName: snapshot.name, vcenter, vmHost, operationId };
}

/** Finishes it, or undoes what cannot be finished. */
export async function recoverMount(log: OperationLog, context: Context): Promise<void> {
  const begun = log.last<MountEntry>("mount");
  const lateMs = begun ? lateFor(begun) : 0;
  if (begun && log.last("undo")) return undo(begun.lun, log, context, lateMs);
  const clone = begun ? await reopenLun(begun.lun, context) : await cloneBegun(log, context);
  if (clone) await finishOrUndo(clone, log, context, lateMs);
}
