import type { VmInSnapshot } from "../model.ts";
import type { ReleaseRecord as Record, ReleaseOptions, ReleasePlan, TakenBack } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { OpenVCenter } from "./directory.ts";
import { foreseenLosses } from "./foreseenLosses.ts";
import { readInitiators } from "./initiators.ts";
import { type Inventory, vmsInside } from "./inventory.ts";
import { planRelease } from "./planRelease.ts";
import { startAll } from "./power.ts";
import { reattach } from "./reattach.ts";
import { release } from "./release.ts";
import { readReleaseFacts } from "./releaseFacts.ts";
import { type ReleaseRecord, recordRelease } from "./releaseRecord.ts";
import { revertToOwnSnapshots } from "./revertSnapshot.ts";
import type { VCenter } from "./vcenter.ts";

/** What a journal keeps of a LUN that a vCenter gives up: where everything was, and what is wanted afterwards. */
export interface LunRelease extends Record {
  vsphere: ReleaseRecord;
  /** Where the VMs lay in the snapshot, by instanceUuid. */
  paths: { [instanceUuid: string]: string };
  revertTo: string | undefined;
  /** The VMs that are to be started afterwards, by instanceUuid. */
  start: string[];
}

/** How the hosts and VMs of a vCenter give a LUN up, and take it back as the snapshot has it. Reads only. */
export async function planLunRelease(
  open: OpenVCenter,
  inventory: Inventory,
  options: ReleaseOptions,
): Promise<ReleasePlan> {
  const { session } = open.vcenter;
  const [facts, initiators, losses] = await Promise.all([
    readReleaseFacts(session, inventory),
    readInitiators(session, inventory.hosts),
    foreseenLosses(session, inventory),
  ]);
  const { refusals, release: before, reattach: after } = planRelease(inventory, facts);
  return {
    consumer: open.setting.server,
    refusals: refusals.map(({ name, reason }) => `'${name}': ${reason}`),
    newer: newerThan(inventory, options.inSnapshot),
    release: before.map(({ text }) => text),
    takeBack: [...after.map(({ text }) => text), ...wishes(options)],
    notes: [...(options.inSnapshot ? notRegistered(inventory, options.inSnapshot) : unknown), ...losses],
    initiators,
    record: () => recordLunRelease(open, inventory, options),
    run: (record, context) => run(open, record as LunRelease, context),
  };
}

async function recordLunRelease(
  { vcenter, setting }: OpenVCenter,
  inventory: Inventory,
  { inSnapshot, revertTo, powerOn: wanted }: ReleaseOptions,
): Promise<LunRelease> {
  const vsphere = await recordRelease(vcenter.session, inventory);
  const ran = inSnapshot?.filter(({ powerState }) => powerState === "PoweredOn") ?? [];
  const runs = vsphere.vms.filter(({ power }) => power === "PoweredOn");
  return {
    consumer: setting.server,
    naa: inventory.naa,
    vsphere,
    paths: Object.fromEntries(inSnapshot?.map(({ instanceUuid, path }) => [instanceUuid, path]) ?? []),
    revertTo,
    start: wanted ? (inSnapshot ? ran : runs).map(({ instanceUuid }) => instanceUuid) : [],
  };
}

function run({ vcenter, setting }: OpenVCenter, { vsphere }: LunRelease, { signal, progress }: Context): Promise<void> {
  const tell = (status: string) => progress({ activity: "Restoring LUN", status });
  return release(vcenter, vsphere, { guestMs: setting.guestShutdownMs, signal, progress: tell });
}

/** From whatever step was reached; may be called again. */
export async function takeLunBack(
  { vcenter }: OpenVCenter,
  { vsphere, paths, revertTo, start }: LunRelease,
  undone: boolean,
  { progress }: Context,
): Promise<TakenBack> {
  const tell = (status: string) => progress({ activity: "Restoring LUN", status });
  const back = await reattach(vcenter, vsphere, {
    pathsByInstanceUuid: new Map(undone ? [] : Object.entries(paths)),
    powerOnAgain: undone,
    progress: tell,
  });
  const vms = back.registered.map(({ ref }) => ref);
  const reverted = undone || revertTo === undefined ? [] : await revertVms(vcenter, revertTo, vms);
  const started = undone ? [] : back.registered.filter(({ instanceUuid }) => start.includes(instanceUuid));
  const notStarted = await startAll(vcenter, started);
  return {
    told: [
      `${vms.length} VM(s) registered on ${vcenter.name}`,
      ...back.missing.map(({ name, reason }) => `VM '${name}' is not registered: ${reason}`),
      ...back.lost,
      ...reverted,
      ...(started.length > 0 ? [`${started.length - notStarted.length} VM(s) started`] : []),
      ...notStarted,
    ],
    notAdded: back.unregistered,
  };
}

async function revertVms(vcenter: VCenter, revertTo: string, vms: Parameters<typeof revertToOwnSnapshots>[2]) {
  const { removed, left } = await revertToOwnSnapshots(vcenter, revertTo, vms);
  const kept = left.map(({ vmName, reason }) => `the VM snapshot of '${vmName}' is left: ${reason}`);
  return [`${removed.length} VM(s) reverted to their VM snapshots`, ...kept];
}

/** Their files are not in the snapshot: a revert takes them away. */
function newerThan(inventory: Inventory, inSnapshot: readonly VmInSnapshot[] | undefined): string[] {
  if (inSnapshot === undefined) return [];
  const known = new Set(inSnapshot.map(({ instanceUuid }) => instanceUuid));
  return vmsInside(inventory)
    .filter(({ instanceUuid }) => !known.has(instanceUuid))
    .map(({ name }) => name);
}

const unknown = ["Which VMs the snapshot holds is not on record: a VM that was made since is lost"];

/** Deleted from the inventory, or moved away, since: named, so that the administrator can add them. */
function notRegistered(inventory: Inventory, inSnapshot: readonly VmInSnapshot[]): string[] {
  const here = new Set(vmsInside(inventory).map(({ instanceUuid }) => instanceUuid));
  return inSnapshot
    .filter(({ instanceUuid }) => !here.has(instanceUuid))
    .map(({ name, path }) => `VM '${name}' is in the snapshot (${path}) and not registered here: it is not added`);
}

function wishes({ revertTo, powerOn: wanted }: ReleaseOptions): string[] {
  return [
    ...(revertTo === undefined ? [] : ["Revert these VMs to the VM snapshots that come back, and remove these"]),
    ...(wanted ? ["Start the VMs that ran in the snapshot"] : []),
  ];
}
