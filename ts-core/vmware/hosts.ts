import { plainName } from "./names.ts";
import { everyHost, objects, retrieve, type VimObject } from "./properties.ts";
import type { VimSession } from "./session.ts";
import { all, detached, type MoRef, moRef, text, type XmlNode } from "./xml.ts";

export interface HostLun {
  /** ESXi's own id of the device, which attach and detach want. */
  uuid: string;
  canonicalName: string;
  /** False: detached by an administrator or by us ("off"). */
  attached: boolean;
  /** Attached and reachable. */
  usable: boolean;
}

export interface Host {
  ref: MoRef;
  name: string;
  /** Cluster or single-host compute resource. */
  compute: MoRef | undefined;
  connection: string;
  maintenance: boolean;
  storage: MoRef;
  datastores: MoRef;
  options: MoRef | undefined;
  /** The disk of the partition for core dumps, if there is one. */
  dumpDisk: string | undefined;
  /** Our LUNs, as this host sees them. */
  luns: HostLun[];
}

const hostPaths = [
  "name",
  "parent",
  "runtime.connectionState",
  "runtime.inMaintenanceMode",
  "configManager.storageSystem",
  "configManager.datastoreSystem",
  "configManager.advancedOption",
  "config.activeDiagnosticPartition",
];
/** A host may see hundreds of LUNs, each with a kilobyte of description. */
const hostsPerPage = 8;

/** Every host of the vCenter, with what it sees of these disks. */
export async function readHosts(session: VimSession, diskNames: readonly string[]): Promise<Host[]> {
  const root = (await session.content()).ref("rootFolder");
  const found = await retrieve(session, [{ type: "HostSystem", paths: hostPaths }], everyHost(root), host);
  const hosts = found.filter((one) => one !== undefined);
  const luns = await readLuns(session, hosts, diskNames);
  return hosts.map((one) => ({ ...one, luns: luns.get(one.storage.id) ?? [] }));
}

/** What these hosts see of these disks now, by their storage system. */
export async function readLuns(
  session: VimSession,
  hosts: readonly Pick<Host, "storage">[],
  diskNames: readonly string[],
): Promise<Map<string, HostLun[]>> {
  const wanted = [{ type: "HostStorageSystem", paths: ["storageDeviceInfo.scsiLun"] }];
  const from = objects(hosts.map(({ storage }) => storage));
  const options = { pageSize: hostsPerPage };
  const read = ({ ref, get }: VimObject) => {
    const luns = all(get("storageDeviceInfo.scsiLun"), "ScsiLun").map(hostLun);
    return [ref.id, detached(luns.filter(({ canonicalName }) => diskNames.includes(canonicalName)))] as const;
  };
  return new Map(await retrieve(session, wanted, from, read, options));
}

function host({ ref, get }: VimObject): Host | undefined {
  const storage = moRef(get("configManager.storageSystem"));
  const datastores = moRef(get("configManager.datastoreSystem"));
  if (storage === undefined || datastores === undefined) return undefined;
  return detached({
    ref,
    name: plainName(text(get("name")) ?? ""),
    compute: moRef(get("parent")),
    connection: text(get("runtime.connectionState")) ?? "unknown",
    maintenance: text(get("runtime.inMaintenanceMode")) === "true",
    storage,
    datastores,
    options: moRef(get("configManager.advancedOption")),
    dumpDisk: text(get("config.activeDiagnosticPartition"), "id", "diskName"),
    luns: [],
  });
}

function hostLun(node: XmlNode): HostLun {
  const states = all(node, "operationalState").map((state) => text(state));
  return {
    uuid: text(node, "uuid") ?? "",
    canonicalName: (text(node, "canonicalName") ?? "").toLowerCase(),
    attached: !states.includes("off"),
    usable: states.includes("ok") || states.includes("degraded"),
  };
}
