import { QnapError } from "../errors.ts";
import { type Datastore, readDatastoresOn } from "./datastores.ts";
import { type Host, readHosts } from "./hosts.ts";
import { canonicalName } from "./names.ts";
import type { VimSession } from "./session.ts";
import { readVmsOn, type Vm } from "./virtualMachines.ts";

/** Who uses a LUN through this vCenter: matched by NAA, never by name. */
export interface Inventory {
  vcenter: string;
  /** 32 lower-case hex digits. */
  naa: string;
  diskName: string;
  datastores: Datastore[];
  /** The hosts that see the LUN or have one of its datastores, connected or not. */
  hosts: Host[];
  vms: Vm[];
}

/** Reads everything that hangs on one LUN, which carries a datastore. */
export async function readInventory(session: VimSession, naa: string, signal?: AbortSignal): Promise<Inventory> {
  const inventory = await readUse(session, naa, signal);
  if (inventory.datastores.length > 0) return inventory;
  throw new QnapError("DatastoreNotFound", { vcenter: session.name, naa });
}

/** The same, where there may be nothing. VMs are read page by page: 2,000 of them fit into a few megabytes. */
export async function readUse(session: VimSession, naa: string, signal?: AbortSignal): Promise<Inventory> {
  const diskName = canonicalName(naa);
  const [datastores, everyHost] = await Promise.all([
    readDatastoresOn(session, [diskName]),
    readHosts(session, [diskName]),
  ]);
  const hosts = everyHost.filter((host) => host.luns.length > 0 || isMountedOn(datastores, host));
  const vms = new Map<string, Vm>();
  for (const { ref } of datastores) {
    for (const vm of await readVmsOn(session, ref, signal)) vms.set(vm.ref.id, vm);
  }
  return { vcenter: session.name, naa: naa.toLowerCase(), diskName, datastores, hosts, vms: [...vms.values()] };
}

function isMountedOn(datastores: readonly Datastore[], host: Host): boolean {
  return datastores.some(({ mounts }) => mounts.some((mount) => mount.host.id === host.ref.id));
}

/**
 * The VMs on the LUN's datastores, without those that only have an image of it in a drive. One whose files do not tell why
 * vSphere counts it there (renamed just now, not readable) is among them: it must not be overlooked.
 */
export function vmsInside({ datastores, vms }: Pick<Inventory, "datastores" | "vms">): Vm[] {
  const names = new Set(datastores.map(({ name }) => name));
  return vms.filter(({ files }) => {
    const here = files.filter(({ datastore }) => names.has(datastore));
    return here.length === 0 || here.some(({ role }) => role !== "Image");
  });
}
