import type { Devices } from "./devices.ts";
import { datastoreIn } from "./names.ts";
import { all, text, type XmlNode } from "./xml.ts";

export type FileRole = "Config" | "Disk" | "Snapshot" | "Suspend" | "Swap" | "Log" | "Image";

/** That a VM has files of one role on one datastore, with one of them as an example: a VM can have hundreds. */
export interface VmFiles {
  role: FileRole;
  datastore: string;
  path: string;
}

/** Types of VirtualMachineFileLayoutEx; whatever is not named here belongs to the configuration. */
const roles: Record<string, FileRole> = {
  diskDescriptor: "Disk",
  diskExtent: "Disk",
  digestDescriptor: "Disk",
  digestExtent: "Disk",
  snapshotData: "Snapshot",
  snapshotMemory: "Snapshot",
  suspend: "Suspend",
  suspendMemory: "Suspend",
  swap: "Swap",
  uwswap: "Swap",
  log: "Log",
  stat: "Log",
  core: "Log",
};

/** Where the files of a VM lie: its settings, its devices with their parents, and what the layout lists. */
export function readFiles(
  settings: XmlNode | undefined,
  layoutFiles: XmlNode | undefined,
  devices: Devices,
): VmFiles[] {
  const found = new Map<string, VmFiles>();
  const add = (role: FileRole, path: string | undefined) => {
    const datastore = path === undefined ? undefined : datastoreIn(path);
    if (path === undefined || datastore === undefined || found.has(`${role} ${datastore}`)) return;
    found.set(`${role} ${datastore}`, { role, datastore, path });
  };
  add("Config", text(settings, "vmPathName"));
  add("Snapshot", text(settings, "snapshotDirectory"));
  add("Suspend", text(settings, "suspendDirectory"));
  add("Log", text(settings, "logDirectory"));
  // A disk that is mapped through has its mapping file here, and its data elsewhere: that is a finding of its own.
  for (const path of devices.disks.flatMap(({ paths }) => paths)) add("Disk", path);
  for (const path of devices.images) add("Image", path);
  for (const file of all(layoutFiles, "VirtualMachineFileLayoutExFileInfo")) {
    add(roles[text(file, "type") ?? ""] ?? "Config", text(file, "name"));
  }
  return [...found.values()];
}
