import type { VmInSnapshot } from "../model.ts";
import type { ReleaseOptions, ReleasePlan } from "../ports.ts";
import { type Disk, type Inventory, pathsOf, vmsOn } from "./inventory.ts";
import { windows } from "./names.ts";
import type { HostSession } from "./powershell.ts";
import { mustBeSaved, release, usersOf } from "./release.ts";
import { type LunRelease, recordRelease } from "./releaseRecord.ts";
import { diskName, findingsOn } from "./rules.ts";

/** How this Windows gives a LUN up, and takes it back as the snapshot has it. Reads only. */
export async function planLunRelease(
  host: HostSession,
  inventory: Inventory,
  options: ReleaseOptions,
): Promise<ReleasePlan> {
  const disk = inventory.disks[0] as Disk;
  const findings = findingsOn(inventory).filter(({ stopsRestore }) => stopsRestore);
  const users = await usersOf(host, inventory.partitions.flatMap(pathsOf));
  return {
    consumer: windows,
    refusals: [
      ...findings.map(({ name, reason }) => `'${name}': ${reason}`),
      ...users.map((user) => `${user} uses it; stop that first`),
    ],
    newer: newerThan(inventory, options.inSnapshot),
    release: releaseSteps(inventory, disk),
    takeBack: takeBackSteps(inventory, disk, options),
    notes: notes(inventory, options.inSnapshot),
    initiators: inventory.initiators,
    record: async () => recordRelease(inventory, disk, options),
    run: (record, context) => release(host, record as LunRelease, context),
  };
}

function releaseSteps(inventory: Inventory, disk: Disk): string[] {
  const vms = vmsOn(inventory);
  const volumes = inventory.partitions.filter(({ volume }) => volume !== null);
  return [
    ...vms.filter(mustBeSaved).map(({ name }) => `Save VM '${name}'`),
    ...volumes.map(
      (one) => `Flush ${pathsOf(one).join(", ") || one.volume?.path} and dismount it, if nobody has a file open there`,
    ),
    ...(disk.offline ? [] : [`Take ${diskName(disk)} offline on this server`]),
    ...vms.map(({ name }) => `Have Hyper-V forget VM '${name}' while its disk is away`),
  ];
}

function takeBackSteps(inventory: Inventory, disk: Disk, { powerOn, revertTo }: ReleaseOptions): string[] {
  const paths = inventory.partitions.flatMap(pathsOf);
  return [
    ...(disk.offline ? [] : ["Look for the disk with the same NAA, and bring it online on this server"]),
    ...(paths.length > 0 ? [`Have its volumes at ${paths.join(", ")} again`] : []),
    ...vmsOn(inventory).map(({ name }) => `Register VM '${name}' in place`),
    ...(revertTo === undefined ? [] : ["Put these VMs back to the checkpoints that come back, and remove these"]),
    ...(powerOn ? ["Start the VMs that ran in the snapshot"] : []),
  ];
}

/** Their files are not in the snapshot: a revert takes them away. */
function newerThan(inventory: Inventory, inSnapshot: readonly VmInSnapshot[] | undefined): string[] {
  if (inSnapshot === undefined) return [];
  const known = new Set(inSnapshot.map(({ instanceUuid }) => instanceUuid));
  return vmsOn(inventory)
    .filter(({ id }) => !known.has(id))
    .map(({ name }) => name);
}

/** Removed from Hyper-V since: named, so that the administrator can add them. */
function notes(inventory: Inventory, inSnapshot: readonly VmInSnapshot[] | undefined): string[] {
  const vms = vmsOn(inventory);
  if (inSnapshot === undefined)
    return vms.length > 0 ? ["Which VMs the snapshot holds is not on record: a VM that was made since is lost"] : [];
  return inSnapshot
    .filter(({ instanceUuid }) => !vms.some(({ id }) => id === instanceUuid))
    .map(({ name, path }) => `VM '${name}' is in the snapshot (${path}) and not registered here: it is not added`);
}
