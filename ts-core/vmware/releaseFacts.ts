import { lookup } from "node:dns/promises";
import { hostname, networkInterfaces } from "node:os";
import { settleAll } from "../parallel.ts";
import { isFault, isMethodMissing } from "./faults.ts";
import type { Host } from "./hosts.ts";
import type { Inventory } from "./inventory.ts";
import {
  readMissingPrivileges,
  restoreFolderPrivileges,
  restoreHostPrivileges,
  restorePoolPrivileges,
  restoreVmPrivileges,
} from "./rights.ts";
import { readRunningTasks } from "./runningTasks.ts";
import type { VimSession } from "./session.ts";
import { element } from "./soap.ts";
import { all, type MoRef, moRef, text } from "./xml.ts";

/** By what a machine can be recognised among the VMs. */
export interface Identity {
  names: string[];
  macs: string[];
}

/** What is asked about a LUN's hosts and datastores only before it is taken away from them. */
export interface ReleaseFacts {
  /** The datastores that high availability uses as heartbeat, by id. */
  heartbeats: ReadonlySet<string>;
  /** Folders of scratch and logs of each host, by host id: `/vmfs/volumes/...` or `[datastore] ...`. */
  hostFolders: ReadonlyMap<string, readonly string[]>;
  /** By VM id. */
  runningTasks: ReadonlyMap<string, string>;
  /** By object id. */
  missingPrivileges: ReadonlyMap<string, readonly string[]>;
  vcenter: Identity;
  thisMachine: Identity;
}

export async function readReleaseFacts(session: VimSession, { hosts, vms }: Inventory): Promise<ReleaseFacts> {
  const [heartbeats, hostFolders, runningTasks, missingPrivileges, vcenter] = await Promise.all([
    readHeartbeats(session, hosts),
    readHostFolders(session, hosts),
    readRunningTasks(session, vms),
    readMissing(session, { hosts, vms }),
    vcenterIdentity(session),
  ]);
  return { heartbeats, hostFolders, runningTasks, missingPrivileges, vcenter, thisMachine: thisMachine() };
}

async function readMissing(session: VimSession, { hosts, vms }: Pick<Inventory, "hosts" | "vms">) {
  const asked: [(MoRef | undefined)[], readonly string[]][] = [
    [hosts.map(({ ref }) => ref), restoreHostPrivileges],
    [vms.map(({ ref }) => ref), restoreVmPrivileges],
    [vms.map(({ folder }) => folder), restoreFolderPrivileges],
    [vms.map(({ pool }) => pool), restorePoolPrivileges],
  ];
  const missing = asked.map(([refs, privileges]) => readMissingPrivileges(session, distinct(refs), privileges));
  return new Map((await Promise.all(missing)).flatMap((one) => [...one]));
}

function distinct(refs: readonly (MoRef | undefined)[]): MoRef[] {
  return [...new Map(refs.flatMap((ref) => (ref ? [[ref.id, ref] as const] : []))).values()];
}

async function readHeartbeats(session: VimSession, hosts: readonly Host[]): Promise<Set<string>> {
  const clusters = hosts.map(({ compute }) => compute).filter((one) => one?.type === "ClusterComputeResource");
  const found = await Promise.all(distinct(clusters).map((cluster) => heartbeatsOf(session, cluster)));
  return new Set(found.flat());
}

/** A cluster without high availability has nothing to tell. */
async function heartbeatsOf(session: VimSession, cluster: MoRef): Promise<string[]> {
  try {
    const [info] = await session.call("RetrieveDasAdvancedRuntimeInfo", cluster);
    const stores = all(info, "heartbeatDatastoreInfo").map((one) => moRef(one, "datastore")?.id);
    return stores.filter((one) => one !== undefined);
  } catch (error) {
    if (isMethodMissing(error)) return [];
    throw error;
  }
}

const folderOptions = ["ScratchConfig.CurrentScratchLocation", "Syslog.global.logDir"];
const width = 8;

async function readHostFolders(session: VimSession, hosts: readonly Host[]): Promise<Map<string, string[]>> {
  const asked = hosts.filter(({ connection }) => connection === "connected");
  const found = await settleAll(asked, width, async ({ options }) => {
    const values = await Promise.all(folderOptions.map((name) => readOption(session, options, name)));
    return values.filter((value) => value !== undefined);
  });
  return new Map(
    found.map((outcome, index) => {
      if (outcome.status === "rejected") throw outcome.reason;
      return [asked[index]?.ref.id ?? "", outcome.value];
    }),
  );
}

async function readOption(session: VimSession, options: MoRef | undefined, name: string): Promise<string | undefined> {
  if (options === undefined) return undefined;
  try {
    const [option] = await session.call("QueryOptions", options, [element("name", name)]);
    return text(option, "value");
  } catch (error) {
    if (isFault(error, "InvalidName")) return undefined;
    throw error;
  }
}

async function vcenterIdentity({ http }: VimSession): Promise<Identity> {
  const { host } = http.endpoint;
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return { names: [host, ...addresses.map(({ address }) => address)], macs: [] };
}

/** This core may run in a VM on the very LUN. The MAC is known also where Tools tell no name. */
function thisMachine(): Identity {
  const cards = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = cards.filter(({ internal }) => !internal);
  return {
    names: [hostname(), ...outside.map(({ address }) => address)],
    macs: outside.map(({ mac }) => mac.toLowerCase()),
  };
}
