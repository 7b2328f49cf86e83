import { readDevices, type VmDisk } from "./devices.ts";
import { readFiles, type VmFiles } from "./files.ts";
import { plainName } from "./names.ts";
import { behind, type Origin, objects, retrieve, type VimObject } from "./properties.ts";
import type { VimSession } from "./session.ts";
import { readTree } from "./snapshotTree.ts";
import { all, detached, flag, integer, type MoRef, moRef, refList, text, type XmlNode } from "./xml.ts";

export type PowerState = "PoweredOn" | "PoweredOff" | "Suspended";
export type GuestFamily = "Windows" | "Linux" | "Other";

/** A VM or template as far as it matters here; a couple of kilobytes each. */
export interface Vm {
  ref: MoRef;
  name: string;
  instanceUuid: string;
  biosUuid: string;
  template: boolean;
  guest: GuestFamily;
  power: PowerState;
  /** False: vCenter cannot reach it (host away, files missing). */
  connected: boolean;
  toolsRunning: boolean;
  host: MoRef | undefined;
  folder: MoRef | undefined;
  pool: MoRef | undefined;
  vApp: MoRef | undefined;
  /** Its configuration file: by this it is registered. */
  path: string;
  files: VmFiles[];
  disks: VmDisk[];
  sharedBuses: string[];
  passthrough: string[];
  faultTolerant: boolean;
  snapshotDepth: number;
  consolidationNeeded: boolean;
  recentTasks: MoRef[];
  /** The extension that owns it, for example of vCLS. */
  managedBy: string | undefined;
  addresses: string[];
  macs: string[];
  customValues: { key: number; value: string }[];
}

const paths = [
  "name",
  "parent",
  "parentVApp",
  "resourcePool",
  "recentTask",
  "customValue",
  "snapshot",
  "config.template",
  "config.guestId",
  "config.uuid",
  "config.instanceUuid",
  "config.files",
  "config.hardware.device",
  "config.managedBy",
  "layoutEx.file",
  "runtime.host",
  "runtime.powerState",
  "runtime.connectionState",
  "runtime.consolidationNeeded",
  "runtime.faultToleranceState",
  "guest.guestFamily",
  "guest.toolsRunningStatus",
  "guest.hostName",
  "guest.ipAddress",
];

/** Ten to twenty kilobytes of XML each, and several times that while it is read: small pages keep the core small. */
const vmsPerPage = 25;

/** All VMs and templates that have a file on the datastore. */
export function readVmsOn(session: VimSession, datastore: MoRef, signal?: AbortSignal): Promise<Vm[]> {
  return readVms(session, behind(datastore, "vm"), signal);
}

/** Of a VM only where it lies. */
export type PlacedVm = Pick<Vm, "ref" | "path" | "disks">;

const placesPerPage = 50;

export function readPlacesOn(session: VimSession, datastore: MoRef): Promise<PlacedVm[]> {
  const wanted = [{ type: "VirtualMachine", paths: ["config.files", "config.hardware.device"] }];
  const read = ({ ref, get }: VimObject) =>
    detached({ ref, path: pathIn(get("config.files")), disks: readDevices(get("config.hardware.device")).disks });
  return retrieve(session, wanted, behind(datastore, "vm"), read, { pageSize: placesPerPage });
}

/** The same VMs again, as they are now; those that are gone are left out. */
export function readVmsAgain(session: VimSession, vms: readonly MoRef[], signal?: AbortSignal): Promise<Vm[]> {
  return readVms(session, objects(vms), signal);
}

function readVms(session: VimSession, from: Origin, signal: AbortSignal | undefined): Promise<Vm[]> {
  return retrieve(session, [{ type: "VirtualMachine", paths }], from, vm, { pageSize: vmsPerPage, signal });
}

function vm({ ref, get }: VimObject): Vm {
  const devices = readDevices(get("config.hardware.device"));
  const { disks, sharedBuses, passthrough, macs } = devices;
  const settings = get("config.files");
  return detached({
    ref,
    name: plainName(text(get("name")) ?? ref.id),
    instanceUuid: text(get("config.instanceUuid")) ?? "",
    biosUuid: text(get("config.uuid")) ?? "",
    template: flag(get("config.template")) ?? false,
    guest: guestFamily(text(get("guest.guestFamily")), text(get("config.guestId"))),
    power: powerState(text(get("runtime.powerState"))),
    connected: (text(get("runtime.connectionState")) ?? "connected") === "connected",
    toolsRunning: text(get("guest.toolsRunningStatus")) === "guestToolsRunning",
    host: moRef(get("runtime.host")),
    folder: moRef(get("parent")),
    pool: moRef(get("resourcePool")),
    vApp: moRef(get("parentVApp")),
    path: pathIn(settings),
    files: readFiles(settings, get("layoutEx.file"), devices),
    disks,
    sharedBuses,
    passthrough,
    macs,
    faultTolerant: (text(get("runtime.faultToleranceState")) ?? "notConfigured") !== "notConfigured",
    snapshotDepth: Math.max(0, ...readTree(get("snapshot")).map(({ depth }) => depth)),
    consolidationNeeded: flag(get("runtime.consolidationNeeded")) ?? false,
    recentTasks: refList(get("recentTask")),
    managedBy: text(get("config.managedBy"), "extensionKey"),
    addresses: [text(get("guest.hostName")), text(get("guest.ipAddress"))].filter((one) => one !== undefined),
    customValues: all(get("customValue"), "CustomFieldValue").map(customValue),
  });
}

function pathIn(settings: XmlNode | undefined): string {
  return text(settings, "vmPathName") ?? "";
}

function customValue(node: XmlNode): { key: number; value: string } {
  return { key: integer(node, "key") ?? 0, value: text(node, "value") ?? "" };
}

export function powerState(told: string | undefined): PowerState {
  if (told === "poweredOff") return "PoweredOff";
  return told === "suspended" ? "Suspended" : "PoweredOn";
}

/** Tools tell the family; without them there is what the VM was set up for. */
function guestFamily(family: string | undefined, guestId: string | undefined): GuestFamily {
  if (family === "windowsGuest" || (family === undefined && /^win/i.test(guestId ?? ""))) return "Windows";
  if (family === "linuxGuest" || (family === undefined && linux.test(guestId ?? ""))) return "Linux";
  return "Other";
}

const linux =
  /linux|ubuntu|debian|centos|rhel|sles|suse|fedora|redhat|mandriva|photon|coreos|asianux|turbo|rocky|alma|amazon/i;
