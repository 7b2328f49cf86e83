import type { Datastore } from "./datastores.ts";
import type { Host } from "./hosts.ts";
import { type Inventory, vmsInside } from "./inventory.ts";
import type { Identity, ReleaseFacts } from "./releaseFacts.ts";
import type { Vm } from "./virtualMachines.ts";
import type { MoRef } from "./xml.ts";

export type ReleaseRule =
  | "Extents"
  | "FilesElsewhere"
  | "HostNotConnected"
  | "ImageInUse"
  | "VmBusy"
  | "VmNotConnected"
  | "VApp"
  | "FaultTolerance"
  | "ClusterService"
  | "VCenterItself"
  | "ThisMachine"
  | "HaHeartbeat"
  | "IoControl"
  | "DatastoreCluster"
  | "HostFolder"
  | "CoreDump"
  | "Rights";

interface Found {
  on: MoRef;
  name: string;
  reason: string;
}

interface Rule {
  rule: ReleaseRule;
  find: (inventory: Inventory, facts: ReleaseFacts) => Found[];
}

/** Whatever would leave the LUN half given up: all are found before anything is touched. */
export const releaseRules: readonly Rule[] = [
  onDatastores("Extents", ({ extents }, { diskName }) => {
    const others = extents.filter((extent) => extent.diskName !== diskName).map((extent) => extent.diskName);
    return others.length > 0 && `it also lies on ${others.join(", ")}: one LUN alone cannot be put back`;
  }),
  onDatastores("HaHeartbeat", ({ ref }, _, { heartbeats }) =>
    heartbeats.has(ref.id)
      ? "vSphere HA uses it as heartbeat datastore; choose others in the cluster's settings"
      : false,
  ),
  onDatastores(
    "IoControl",
    ({ ioControl }) => ioControl && "Storage I/O Control is on; turn it off for this datastore",
  ),
  onDatastores("DatastoreCluster", ({ cluster }) =>
    cluster ? "it is in a datastore cluster, which could move VMs to or from it; move it out" : false,
  ),
  onHosts("HostNotConnected", ({ connection }) =>
    connection === "connected" ? false : `it is ${connection}: nobody can make it give the LUN up`,
  ),
  onHosts("CoreDump", ({ dumpDisk }, { diskName }) => dumpDisk === diskName && "its core dump partition is on the LUN"),
  onHosts("HostFolder", ({ ref }, { datastores }, { hostFolders }) => {
    const used = (hostFolders.get(ref.id) ?? []).find((folder) => datastores.some((one) => isOn(folder, one)));
    return used !== undefined && `it writes its scratch or logs to ${used}`;
  }),
  onHosts("Rights", ({ ref }, _, facts) => lacking(facts, ref)),
  onVms("Rights", ({ ref, folder, pool }, _, facts) => lacking(facts, ref, folder, pool)),
  onVms("VmBusy", ({ ref }, _, { runningTasks }) => {
    const task = runningTasks.get(ref.id);
    return task !== undefined && `a task is running on it (${task}); wait until that is done`;
  }),
  onVms("VmNotConnected", ({ connected }) => !connected && "vCenter cannot reach it now"),
  onVms("FilesElsewhere", (vm, { datastores }) => {
    const here = datastores.map(({ name }) => name);
    const places = vm.files.filter(({ role }) => role === "Config" || role === "Disk" || role === "Snapshot");
    const away = places.find(({ datastore }) => !here.includes(datastore));
    return away !== undefined && `it also has files elsewhere (${away.path}), which would not go back with the LUN`;
  }),
  onVms("VApp", ({ vApp }) => vApp !== undefined && "it is in a vApp, into which it cannot be put back"),
  onVms("FaultTolerance", ({ faultTolerant }) => faultTolerant && "fault tolerance is on; turn it off"),
  onVms(
    "ClusterService",
    (vm) => isClusterService(vm) && "vSphere Cluster Services own it; put the cluster into retreat mode",
  ),
  onVms("VCenterItself", (vm, _, { vcenter }) => isMachine(vm, vcenter) && "it is the vCenter that does the work"),
  onVms(
    "ThisMachine",
    (vm, _, { thisMachine }) => isMachine(vm, thisMachine) && "it is the machine that does the work",
  ),
  { rule: "ImageInUse", find: imagesInUse },
];

type Judge<T> = (one: T, inventory: Inventory, facts: ReleaseFacts) => string | false;

function rule<T extends { ref: MoRef; name: string }>(
  name: ReleaseRule,
  among: (inventory: Inventory) => readonly T[],
  judge: Judge<T>,
): Rule {
  const find = (inventory: Inventory, facts: ReleaseFacts) =>
    among(inventory).flatMap((one) => {
      const reason = judge(one, inventory, facts);
      return reason === false ? [] : [{ on: one.ref, name: one.name, reason }];
    });
  return { rule: name, find };
}

function onDatastores(name: ReleaseRule, judge: Judge<Datastore>): Rule {
  return rule(name, ({ datastores }) => datastores, judge);
}

function onHosts(name: ReleaseRule, judge: Judge<Host>): Rule {
  return rule(name, ({ hosts }) => hosts, judge);
}

function onVms(name: ReleaseRule, judge: Judge<Vm>): Rule {
  return rule(name, vmsInside, judge);
}

/** A VM from elsewhere with an ISO of this datastore in its drive keeps the datastore from being unmounted. */
function imagesInUse(inventory: Inventory): Found[] {
  const inside = new Set(vmsInside(inventory).map(({ ref }) => ref.id));
  const names = inventory.datastores.map(({ name }) => name);
  return inventory.vms.flatMap(({ ref, name, files }) => {
    const image = files.find(({ role, datastore }) => role === "Image" && names.includes(datastore));
    if (image === undefined || inside.has(ref.id)) return [];
    return [{ on: ref, name, reason: `it has ${image.path} in a drive; take it out` }];
  });
}

function lacking({ missingPrivileges }: ReleaseFacts, ...on: (MoRef | undefined)[]): string | false {
  const missing = on.flatMap((ref) => missingPrivileges.get(ref?.id ?? "") ?? []);
  return missing.length > 0 && `our account lacks ${missing.join(", ")}`;
}

function isOn(folder: string, { name, vmfsUuid }: Datastore): boolean {
  return folder.startsWith(`[${name}]`) || folder.split("/").some((part) => part === vmfsUuid || part === name);
}

/** vCLS machines belong to the ESX agent manager; on some versions only the name tells (assumed). */
function isClusterService({ name, managedBy }: Vm): boolean {
  return /^vCLS\b/.test(name) && (managedBy === undefined || managedBy === "com.vmware.vim.eam");
}

function isMachine({ addresses, macs }: Vm, { names, macs: own }: Identity): boolean {
  // Many a guest calls itself localhost.
  const known = names.map((name) => name.toLowerCase()).filter((name) => !name.startsWith("localhost"));
  const told = addresses.flatMap((name) => [name.toLowerCase(), name.toLowerCase().split(".")[0]]);
  return macs.some((mac) => own.includes(mac)) || told.some((name) => name !== undefined && known.includes(name));
}
