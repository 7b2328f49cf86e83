import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { localFolder, volumesOf } from "../disks/accessPaths.ts";
import type { Host } from "../host.ts";
import type { Guest } from "./guest.ts";

/** What a configuration file (.vmcx) holds; ours is JSON. It lies on the volume: a revert of the LUN brings the old one back. */
export interface VmConfig {
  id: string;
  name: string;
  generation: 1 | 2;
  version: string;
  checkpointType: "Production" | "ProductionOnly" | "Standard" | "Disabled";
  /** Folder above `Virtual Machines`. */
  location: string;
  snapshotLocation: string;
  pagingPath: string;
  disks: string[];
  images: string[];
  guest: "Windows" | "Linux" | "Unknown";
  /** The integration service for backups runs in it. */
  backup: boolean;
  state: VmState;
  checkpoints: Checkpoint[];
}

export type VmState = "Off" | "Running" | "Saved";

export interface Checkpoint {
  id: string;
  name: string;
  type: "Standard" | "Recovery";
  parentId: string | null;
  createdMs: number;
  disks: string[];
  hasMemory: boolean;
}

/** A VM that Hyper-V knows: it knows where the file lies, and what was in it last. */
export interface Vm {
  config: VmConfig;
  clustered: boolean;
  guest: Guest | undefined;
  /** "Operating normally", "Merging disks" */
  status: string;
}

export const configFile = ({ id, location }: VmConfig): string =>
  `${location}\\Virtual Machines\\${id.toUpperCase()}.vmcx`;

/** Memory and devices of a VM, or of one of its checkpoints. */
export const memoryFile = (config: VmConfig): string => configFile(config).replace(/vmcx$/, "vmrs");
export const checkpointFile = ({ snapshotLocation }: VmConfig, id: string, extension: "vmcx" | "vmrs"): string =>
  `${snapshotLocation}\\Snapshots\\${id.toUpperCase()}.${extension}`;

export const isThere = (host: Host, path: string): boolean => existsSync(localFolder(host, path));

/** As whole as Hyper-V does it: the old file or the new one, and on the disk. */
export async function writeWhole(host: Host, path: string, content: string): Promise<void> {
  const drive = path.slice(0, 3).toUpperCase();
  const isMounted = volumesOf(host).some(({ volume }) => volume.mounted.includes(drive));
  if (drive !== "C:\\" && !isMounted) throw new Error(`${path}: the volume is away`);
  const file = localFolder(host, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, content, { flush: true });
  await rename(`${file}.new`, file);
}

export const saveConfig = (host: Host, { config }: Vm): Promise<void> =>
  writeWhole(host, configFile(config), JSON.stringify(config, null, 1));

export async function readConfig(host: Host, path: string): Promise<VmConfig> {
  return JSON.parse(await readFile(localFolder(host, path), "utf8")) as VmConfig;
}

export const removeFile = (host: Host, path: string): Promise<void> => rm(localFolder(host, path), { force: true });

/** Looks at the file again, as it may be another one by now. One that is away makes the VM "critical". */
export async function refresh(host: Host, vm: Vm): Promise<string> {
  const file = configFile(vm.config);
  if (!isThere(host, file)) return `${vm.config.state}Critical`;
  if (vm.guest) return "Running";
  vm.config = await readConfig(host, file).catch(() => vm.config);
  const isSaved = vm.config.state === "Saved" && isThere(host, memoryFile(vm.config));
  vm.config.state = isSaved ? "Saved" : "Off";
  return vm.config.state;
}
