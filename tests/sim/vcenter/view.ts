/** What goes over the control API. */
export interface VcenterState {
  vms: VmView[];
  hosts: HostView[];
  datastores: DatastoreView[];
  tasks: TaskCounts;
  sessions: number;
  filters: number;
  version: string;
  settings: VcenterSettings;
}

export interface VmView {
  name: string;
  /** Empty unless registered, like power, connection, host, folder and pool. */
  ref: string;
  registered: boolean;
  uuid: string;
  instanceUuid: string;
  power: "" | "poweredOn" | "poweredOff" | "suspended";
  connection: string;
  host: string;
  folder: string;
  pool: string;
  datastore: string;
  vmx: string;
  template: boolean;
  tools: "running" | "notRunning" | "notInstalled";
  guestId: string;
  consolidationNeeded: boolean;
  disks: DiskView[];
  snapshots: SnapshotView[];
  customValues: Record<string, string>;
  tags: string[];
}

export interface DiskView {
  /** The file that is written to. */
  file: string;
  /** What the guest wrote last, as seen through the chain. */
  data: string;
  /** From the file in use to the base. */
  chain: string[];
  files: string[];
  mode: string;
  rdm?: string;
}

export interface SnapshotView {
  ref: string;
  id: number;
  /** 0: none. */
  parent: number;
  name: string;
  description: string;
  quiesced: boolean;
  memory: boolean;
  current: boolean;
  created: string;
}

export interface HostView {
  name: string;
  ref: string;
  connection: string;
  iqn: string;
  luns: { naa: string; name: string; state: "ok" | "off" | "lostCommunication"; attached: boolean }[];
  mounted: string[];
  detached: string[];
  vms: number;
}

export interface DatastoreView {
  name: string;
  uuid: string;
  ref: string;
  extents: string[];
  mounted: boolean;
  files: string[];
  /** The bytes changed beneath a mounted volume. */
  corrupt: boolean;
  sioc: boolean;
  heartbeat: boolean;
  cluster: boolean;
}

export interface TaskCounts {
  inFlight: number;
  peak: number;
  peakByHost: Record<string, number>;
  peakByKind: Record<string, number>;
  startedByKind: Record<string, number>;
  peakByKindAndHost: Record<string, Record<string, number>>;
}

export interface VcenterSettings {
  taskMs: number;
  datastoreLeavesWithLun: boolean;
  updatesPerPage: number;
  objectsPerPage: number;
  sessionSeconds: number;
}

export interface VcenterEffect {
  n: number;
  /** Milliseconds since the epoch, with fractions. */
  atMs: number;
  kind: string;
  vm?: string;
  host?: string;
  detail: Record<string, unknown>;
}

export interface SoapRecord {
  n: number;
  inMs: number;
  outMs?: number;
  method: string;
  /** Value of the managed object reference called. */
  on: string;
  vm?: string;
  host?: string;
  fault?: string;
  /** Missing while it runs; -1 when a fault kept it from being carried out. */
  status?: number;
}

export interface NewVm {
  name: string;
  datastore?: string;
  host?: string;
  guestId?: string;
  disks?: number;
  /** What its guest has written. */
  data?: string;
  template?: boolean;
  /** An extension key: com.vmware.vim.eam makes it a vCLS VM. */
  managedBy?: string;
  off?: boolean;
}

export interface VmChange {
  power?: "poweredOn" | "poweredOff" | "suspended";
  data?: string;
  tools?: VmView["tools"];
  /** Of its one network card. */
  mac?: string;
  /** What Tools tell. */
  ip?: string;
  guestId?: string;
  template?: boolean;
  /** vMotion to another host, at once. */
  host?: string;
  /** `[datastore] path`; empty: none. The same for swap (a file), workingDir and logDir (folders). */
  iso?: string;
  swap?: string;
  workingDir?: string;
  logDir?: string;
  pci?: boolean;
  ft?: boolean;
  busSharing?: "physicalSharing" | "virtualSharing" | "";
  /** Adds a disk. */
  disk?: NewDisk;
}

export interface NewDisk {
  gib?: number;
  mode?: "persistent" | "independent_persistent" | "independent_nonpersistent";
  rdm?: "physicalMode" | "virtualMode";
  rdmNaa?: string;
  sharing?: "sharingMultiWriter";
  /** Name of another datastore that holds it. */
  datastore?: string;
}

export interface NewSnapshot {
  vm: string;
  name?: string;
  description?: string;
  memory?: boolean;
  quiesce?: boolean;
  /** A chain of that many. */
  count?: number;
}

export interface HostChange {
  connection?: "connected" | "notResponding" | "disconnected";
  /** Name of the datastore that holds the scratch folder. */
  scratch?: string;
  /** NAA of the LUN that takes the core dump. */
  coreDump?: string;
}

export interface DatastoreChange {
  sioc?: boolean;
  heartbeat?: boolean;
  cluster?: boolean;
  /** Loose files, such as ISO images. */
  files?: string[];
}

export interface VcenterFault {
  kind:
    | "latency"
    | "http"
    | "dropBefore"
    | "dropAfter"
    | "cut"
    | "garble"
    | "expireSession"
    | "hang"
    | "holdBefore"
    | "holdAfter"
    | "fault"
    | "taskFault"
    | "taskHang"
    | "taskSlow"
    | "taskHoldBefore"
    | "taskHoldAfter"
    | "quiesceFails"
    | "consolidationFails"
    | "guestIgnoresShutdown";
  match?: { method?: string; task?: string; vm?: string; host?: string; kindOfEffect?: string };
  /** Matches that pass unharmed first. */
  skip?: number;
  /** How many are hit (1); 0 = all from then on. */
  times?: number;
  ms?: number;
  status?: number;
  /** Name of a vim25 fault. */
  fault?: string;
}

export interface VcenterHold {
  id: number;
  /** A SOAP method, or `task ` and its kind. */
  method: string;
  vm?: string;
  host?: string;
  when: "before" | "after";
}
