import { Latches } from "../../../ts-core/state/latches.ts";
import { Leases } from "../../../ts-core/state/leases.ts";
import { Secrets } from "../../../ts-core/state/secrets.ts";
import type { LoginGuard } from "../../../ts-core/vmware/guardedLogin.ts";
import { type Inventory, readInventory } from "../../../ts-core/vmware/inventory.ts";
import type { SnapshotMethod } from "../../../ts-core/vmware/methods.ts";
import { element } from "../../../ts-core/vmware/soap.ts";
import { type TaskLimits, VCenter } from "../../../ts-core/vmware/vcenter.ts";
import type { Vm } from "../../../ts-core/vmware/virtualMachines.ts";
import { integer } from "../../../ts-core/vmware/xml.ts";
import { type SimulatedVcenter, startVcenter, type VcenterOptions } from "../../sim/vcenter/start.ts";
import { makeStateFolder } from "../state/workers.ts";

/** A vCenter simulator and clients of it, which trust exactly its certificate. */
export interface VmwareLab {
  sim: SimulatedVcenter;
  vcenter: VCenter;
  connect(options?: ConnectOptions): VCenter;
  /** What hangs on the first LUN, read anew. */
  inventory(): Promise<Inventory>;
  stop(): Promise<void>;
}

interface ConnectOptions {
  password?: string;
  fingerprint?: string;
  limits?: TaskLimits;
  guard?: LoginGuard;
  /** By way of something that listens there. */
  port?: number;
  /** Another name of its address. */
  host?: string;
}

const eightAndThirtyTwo = { perHost: 8, perVCenter: 32 };

export async function startLab(options: VcenterOptions = {}): Promise<VmwareLab> {
  const sim = await startVcenter({ taskMs: 20, ...options });
  const opened: VCenter[] = [];
  const own = newGuard();
  const connect = (options: ConnectOptions = {}) => {
    const { password = sim.password, fingerprint = sim.thumbprint, guard = own, limits = eightAndThirtyTwo } = options;
    const { hostname, port: ownPort } = new URL(sim.url);
    const { host = hostname, port = Number(ownPort) } = options;
    const trust = { kind: "Pinned" as const, fingerprint };
    const endpoint = { name: "vcsa.lab", host, port, scheme: "https" as const, trust };
    const client = new VCenter(endpoint, { userName: sim.user, password }, guard, limits);
    opened.push(client);
    return client;
  };
  const vcenter = connect();
  const stop = async () => {
    for (const one of opened) one.session.http.close();
    await sim.stop();
  };
  const inventory = async () => {
    const { hosts } = await sim.state();
    return readInventory(vcenter.session, hosts[0]?.luns[0]?.naa ?? "");
  };
  return { sim, vcenter, connect, inventory, stop };
}

/** The latches of a machine of its own. */
export function newGuard(): LoginGuard {
  const folder = makeStateFolder();
  return { leases: new Leases(folder), latches: new Latches(folder, new Secrets(folder)) };
}

/** One method for all of them. */
export function all(vms: readonly Vm[], method: SnapshotMethod): Map<string, SnapshotMethod> {
  return new Map(vms.map(({ ref }) => [ref.id, method]));
}

export function named(vms: readonly Vm[], name: string): Vm {
  const found = vms.find((vm) => vm.name === name);
  if (!found) throw new Error(`no VM ${name}`);
  return found;
}

/** Defines a custom field of VMs; gives its key. */
export async function addField({ vcenter: { session } }: VmwareLab, name: string): Promise<number> {
  const manager = (await session.content()).ref("customFieldsManager");
  const args = [element("name", name), element("moType", "VirtualMachine")];
  const [field] = await session.call("AddCustomFieldDef", manager, args);
  return integer(field, "key") ?? 0;
}

/** The names of all VM snapshots of the vCenter. */
export async function snapshotNames({ sim }: Pick<VmwareLab, "sim">): Promise<string[]> {
  return (await sim.state()).vms.flatMap(({ snapshots }) => snapshots.map(({ name }) => name));
}
