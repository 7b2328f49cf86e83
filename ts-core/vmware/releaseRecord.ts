import { QnapError, reasonOf } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import { type Belongings, readBelongings, readPermissions } from "./belongings.ts";
import { type ClusterSetting, readClusterSettings } from "./clusterSettings.ts";
import type { Datastore } from "./datastores.ts";
import type { Host } from "./hosts.ts";
import { type Inventory, vmsInside } from "./inventory.ts";
import type { VmPlace } from "./registration.ts";
import type { VimSession } from "./session.ts";
import { readTagIds } from "./tags.ts";
import type { Vm } from "./virtualMachines.ts";
import type { MoRef } from "./xml.ts";

/** Plain JSON for the journal: written and synced before anything is given up, and enough to take the LUN back from any step. */
export interface ReleaseRecord {
  /** Server name of the setting. */
  vcenter: string;
  instanceUuid: string | undefined;
  naa: string;
  diskName: string;
  datastores: RecordedDatastore[];
  hosts: RecordedHost[];
  vms: RecordedVm[];
  clusterSettings: ClusterSetting[];
  /** Ids, by the id of what they hang on. */
  tags: Record<string, string[]>;
  /** Why tags could not be read: then they are lost, which must not stop a restore. */
  tagsUnknown: string | undefined;
}

export type RecordedDatastore = Pick<Datastore, "ref" | "name" | "vmfsUuid" | "folder"> & Belongings;

export interface RecordedHost extends Pick<Host, "ref" | "name" | "storage" | "compute"> {
  /** What was detached or unmounted before stays so. */
  attached: boolean;
  /** VMFS ids. */
  mounted: string[];
}

export type RecordedVm = Pick<Vm, "ref" | "power" | "toolsRunning"> & VmPlace & Belongings;

const width = 16;

/** Reads only. */
export async function recordRelease(session: VimSession, inventory: Inventory): Promise<ReleaseRecord> {
  const { naa, diskName, hosts } = inventory;
  const inside = vmsInside(inventory);
  const refs = inside.map(({ ref }) => ref);
  const vms = await each(inside, async (vm) => ({ ...place(vm), permissions: await readPermissions(session, vm.ref) }));
  const datastores = await each(inventory.datastores, async ({ ref, name, vmfsUuid, folder }) => {
    return { ref, name, vmfsUuid, folder, ...(await readBelongings(session, ref)) };
  });
  return {
    vcenter: session.name,
    instanceUuid: (await session.content()).instanceUuid,
    naa,
    diskName,
    datastores,
    hosts: hosts.map((host) => recordedHost(host, inventory.datastores)),
    vms,
    clusterSettings: await readClusterSettings(session, hosts, refs),
    ...(await recordTags(session, [...inventory.datastores.map(({ ref }) => ref), ...refs])),
  };
}

async function recordTags(session: VimSession, refs: readonly MoRef[]) {
  try {
    return { tags: Object.fromEntries(await readTagIds(session, refs)), tagsUnknown: undefined };
  } catch (error) {
    return { tags: {}, tagsUnknown: reasonOf(error) };
  }
}

/** The record's morefs mean something only to the vCenter that gave them. */
export async function mustBeSame(session: VimSession, record: ReleaseRecord): Promise<void> {
  const { instanceUuid } = await session.content();
  if (record.instanceUuid === undefined || instanceUuid === record.instanceUuid) return;
  throw new QnapError("VCenterChanged", { vcenter: session.name, instanceUuid, before: record.instanceUuid });
}

async function each<T, R>(items: readonly T[], read: (item: T) => Promise<R>): Promise<R[]> {
  return (await settleAll(items, width, read)).map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

function recordedHost({ ref, name, storage, compute, luns }: Host, datastores: readonly Datastore[]): RecordedHost {
  const here = ({ mounts }: Datastore) => mounts.some(({ host, mounted }) => host.id === ref.id && mounted);
  const mounted = datastores.filter(here).map(({ vmfsUuid }) => vmfsUuid);
  return { ref, name, storage, compute, attached: luns.some(({ attached }) => attached), mounted };
}

function place(vm: Vm): Omit<RecordedVm, "permissions"> {
  const { ref, name, path, template, folder, pool, host, instanceUuid, power, toolsRunning, customValues } = vm;
  return { ref, name, path, template, folder, pool, host, instanceUuid, power, toolsRunning, customValues };
}
