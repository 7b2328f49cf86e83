import { QnapError } from "../errors.ts";
import type { MountedSnapshot, PlanStep, SnapshotRef } from "../model.ts";
import { mustClone } from "../nas/clones.ts";
import type { MountedCopy, MountPlace, WantedPlace } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { OperationLog } from "../state/journal.ts";
import { inOperation, takeLuns } from "./bracket.ts";
import { cloneBegun, makeCloneAlone, mustBeFree } from "./clone.ts";
import { lateFor } from "./lateEffects.ts";
import { type LocatedLun, type LocatedSnapshot, locateSnapshot, mustBeReady } from "./locate.ts";
import { finishOrUndo, type MountEntry, type PlanEntry, undo } from "./mountSteps.ts";
import { mountSteps, seenFrom } from "./mountWords.ts";
import { ownCloneName } from "./names.ts";
import { reopenLun } from "./reopen.ts";

export interface MountRequest {
  snapshot: SnapshotRef;
  /** One of them: an ESXi host, or a folder of this server. */
  vmHost?: string;
  path?: string;
  /** Of the copy on the NAS. */
  name?: string;
  planOnly?: boolean;
}

/** A copy of the snapshot, beside the original as a datastore or as volumes of its own. */
export async function mountSnapshot({ snapshot: ref, name, planOnly, ...request }: MountRequest, context: Context) {
  const wanted = wantedPlace(request);
  const located = await locateSnapshot(ref, context);
  mustBeReady(located);
  mustClone(located.nas);
  if (name !== undefined) await mustBeFree(located.nas, name, context.signal);
  const plan = await planMount(located, wanted, context);
  const steps = stepsOf(located, plan, name);
  if (planOnly) return { steps, mounted: null };
  return inOperation(context, "mountLunSnapshot", [located], async (log) => {
    await log.add("plan", plan);
    const lun = await makeCloneAlone(located, name ?? ownCloneName(located.lun.name, log.operationId), log, context);
    const copy = await mountAlone({ nas: located.nas, lun }, log, context);
    return { steps, mounted: describe(located, lun, plan.place, copy, log) };
  });
}

function wantedPlace({ vmHost, path }: Pick<MountRequest, "vmHost" | "path">): WantedPlace {
  if (vmHost !== undefined && path === undefined) return { vmHost };
  if (path !== undefined && vmHost === undefined) return { path };
  throw new QnapError("InvalidParameter", { parameter: "vmHost", reason: "either an ESXi host or a path says where" });
}

async function planMount({ lun }: LocatedSnapshot, wanted: WantedPlace, context: Context): Promise<PlanEntry> {
  const copies = await context.machine.copies("path" in wanted ? "Windows" : "VMware");
  const place = await copies.place(wanted, lun, context);
  const targets = lun.targets.filter(({ enabled }) => enabled).map(({ targetIndex }) => targetIndex);
  if (targets.length > 0) return { place, targets };
  // The host still tells what it saw before.
  if (place.consumer === "Windows") throw new QnapError("WindowsDiskNotThere", { naa: lun.naa });
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
    seenFrom(place, lun),
    change(`Copy snapshot '${snapshot.name}' of LUN '${lun.name}' to ${copy}`),
    change(`Map the copy to target ${targets.join(", ")}, where the original is`),
    ...mountSteps(place),
  ];
}

function describe(
  { nas, lun: original, snapshot }: LocatedSnapshot,
  { name, naa, lunIndex }: LocatedLun["lun"],
  place: MountPlace,
  copy: MountedCopy,
  { operationId }: OperationLog,
): MountedSnapshot {
  const lun = { nas: nas.name, lunName: name, lunNaa: naa, lunIndex };
  const { vcenter = null, vmHost = null } = place.consumer === "VMware" ? place : {};
  const nowhere = { datastoreName: null, vmfsUuid: null, path: null };
  const origin = { sourceLun: original.name, snapshotName: snapshot.name };
  return { ...nowhere, ...copy, ...lun, ...origin, vcenter, vmHost, operationId };
}

/** Finishes it, or undoes what cannot be finished. */
export async function recoverMount(log: OperationLog, context: Context): Promise<void> {
  const begun = log.last<MountEntry>("mount");
  const lateMs = begun ? lateFor(begun) : 0;
  if (begun && log.last("undo")) return undo(begun.lun, log, context, lateMs);
  const clone = begun ? await reopenLun(begun.lun, context) : await cloneBegun(log, context);
  if (clone) await finishOrUndo(clone, log, context, lateMs);
}
