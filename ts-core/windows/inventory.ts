import type { HostSession } from "./powershell.ts";

/** A disk as Windows shows it, by its page 0x83 identity. */
export interface Disk {
  number: number;
  naa: string;
  serial: string;
  model: string;
  bus: string;
  sizeBytes: number;
  offline: boolean;
  readOnly: boolean;
  clustered: boolean;
  boot: boolean;
  system: boolean;
  partitionStyle: string;
  /** Of a GPT disk, in braces; else empty. */
  guid: string;
  /** Of an MBR disk; else 0. */
  signature: number;
}

export const attributeBits = ["readOnly", "hidden", "noDefaultDriveLetter", "shadowCopy"] as const;
export type AttributeBit = (typeof attributeBits)[number];

export interface Partition extends Record<AttributeBit, boolean> {
  diskNumber: number;
  number: number;
  /** Of its own, on a GPT disk; else empty. */
  guid: string;
  offsetBytes: number;
  sizeBytes: number;
  gptType: string;
  mbrType: number;
  boot: boolean;
  system: boolean;
  /** Drive letter, folders, and `\\?\Volume{...}\`. */
  accessPaths: string[];
  volume: Volume | null;
}

export interface Volume {
  /** `\\?\Volume{...}\` */
  path: string;
  fileSystem: string;
  label: string;
  sizeBytes: number;
  freeBytes: number;
}

export interface Session {
  id: string;
  targetIqn: string;
  initiatorIqn: string;
  authentication: string;
  connected: boolean;
  persistent: boolean;
  portals: string[];
}

export interface VmFile {
  role: "Configuration" | "Checkpoints" | "Paging" | "Disk" | "Image";
  path: string;
}

export interface HyperVVm {
  id: string;
  name: string;
  /** Hyper-V's own word: Running, Off, Saved, Paused ... */
  state: string;
  /** By what its integration services tell. */
  guest: "Windows" | "Linux" | "Unknown";
  /** Whether its integration service for backups runs. */
  backup: boolean;
  /** How Hyper-V makes its checkpoints: Production, ProductionOnly, Standard, Disabled; empty before Server 2016. */
  checkpointType: string;
  clustered: boolean;
  generation: number;
  version: string;
  files: VmFile[];
  checkpoints: { id: string; name: string; type: string }[];
}

/** Everything on this Windows that hangs on one LUN. */
export interface Inventory {
  naa: string;
  disks: Disk[];
  partitions: Partition[];
  sessions: Session[];
  /** iSCSI names of this server. */
  initiators: string[];
  /** Every VM of this server, also those elsewhere. */
  vms: HyperVVm[];
  /** Of every partition of this server. */
  accessPaths: string[];
}

/** Undefined: Windows shows no disk with this NAA. */
export async function readInventory(host: HostSession, naa: string): Promise<Inventory | undefined> {
  const [found] = await host.read<Inventory>("Get-HostLun", { Naa: naa });
  return found;
}

export async function readDisks(host: HostSession, naa: string): Promise<Disk[]> {
  return host.read<Disk>("Get-HostDisk", { Naa: naa });
}

export async function readPartitions(host: HostSession, { number }: Disk): Promise<Partition[]> {
  return host.read<Partition>("Get-HostPartition", { DiskNumber: number });
}

/** Letters and folders under which people know it; not the volume's own name. */
export function pathsOf({ accessPaths }: Pick<Partition, "accessPaths">): string[] {
  return accessPaths.filter((path) => !path.startsWith("\\\\?\\"));
}

/** Windows tells paths in either case, with or without the last backslash. */
export function plainPath(path: string): string {
  return path.replace(/\\+$/, "").toLowerCase();
}

/** What tells whether a path lies on the LUN: its own access paths, and those of every partition. */
export interface Places extends Pick<Inventory, "accessPaths"> {
  partitions: Pick<Partition, "accessPaths">[];
}

/** Whether the file lies on the LUN: no deeper folder on its way is where another volume is mounted. */
export function isOnLun({ partitions, accessPaths }: Places, file: string): boolean {
  const holds = (path: string) => `${plainPath(file)}\\`.startsWith(`${plainPath(path)}\\`);
  const [deepest] = accessPaths.filter(holds).sort((a, b) => b.length - a.length);
  return deepest !== undefined && partitions.some(({ accessPaths: own }) => own.includes(deepest));
}

/** Files of a VM on the LUN. */
export function filesOn(inventory: Inventory, { files }: HyperVVm): VmFile[] {
  return files.filter(({ path }) => isOnLun(inventory, path));
}

/** VMs with any file on the LUN. */
export function vmsOn(inventory: Inventory): HyperVVm[] {
  return inventory.vms.filter((vm) => filesOn(inventory, vm).length > 0);
}

/** What of a VM must lie on the LUN with it, and does not. */
export function filesElsewhere(inventory: Places, { files }: Pick<HyperVVm, "files">): VmFile[] {
  const needed = files.filter(({ role }) => role === "Configuration" || role === "Checkpoints" || role === "Disk");
  return needed.filter(({ path }) => !isOnLun(inventory, path));
}
