import { all, at, text, typeOf, type XmlNode } from "./xml.ts";

export interface VmDisk {
  label: string;
  /** The newest file, then its parents. */
  paths: string[];
  /** A LUN mapped through; its data is not on the datastore. */
  raw: "Physical" | "Virtual" | undefined;
  /** Left out of VM snapshots. */
  independent: boolean;
  /** The disk itself is shared with other VMs (multi-writer). */
  shared: boolean;
}

export interface Devices {
  disks: VmDisk[];
  /** Image files in CD and floppy drives. */
  images: string[];
  /** Labels of controllers whose bus is shared with other VMs. */
  sharedBuses: string[];
  /** Labels of PCI devices passed through. */
  passthrough: string[];
  macs: string[];
}

export function readDevices(hardware: XmlNode | undefined): Devices {
  const devices = all(hardware, "VirtualDevice");
  const label = (device: XmlNode) => text(device, "deviceInfo", "label") ?? `device ${text(device, "key") ?? ""}`;
  return {
    disks: devices.filter((one) => typeOf(one) === "VirtualDisk").map((one) => disk(one, label(one))),
    images: devices.filter((one) => /Cdrom|Floppy/.test(typeOf(one) ?? "")).flatMap(image),
    sharedBuses: devices.filter(hasSharedBus).map(label),
    passthrough: devices.filter((one) => /PCIPassthrough/.test(typeOf(one) ?? "")).map(label),
    macs: devices.map((one) => text(one, "macAddress")?.toLowerCase()).filter((one) => one !== undefined),
  };
}

function disk(device: XmlNode, label: string): VmDisk {
  const backing = at(device, "backing");
  return {
    label,
    paths: chain(backing),
    raw: raw(backing),
    independent: (text(backing, "diskMode") ?? "").startsWith("independent"),
    shared: text(backing, "sharing") === "sharingMultiWriter",
  };
}

function chain(backing: XmlNode | undefined): string[] {
  if (backing === undefined) return [];
  const path = text(backing, "fileName");
  return [...(path === undefined ? [] : [path]), ...chain(at(backing, "parent"))];
}

function raw(backing: XmlNode | undefined): VmDisk["raw"] {
  const type = typeOf(backing) ?? "";
  if (type.includes("PartitionedRaw") || type === "VirtualDiskRawDiskVer2BackingInfo") return "Physical";
  if (!type.includes("RawDiskMapping")) return undefined;
  return text(backing, "compatibilityMode") === "virtualMode" ? "Virtual" : "Physical";
}

function image(device: XmlNode): string[] {
  const path = text(device, "backing", "fileName");
  return path?.startsWith("[") ? [path] : [];
}

function hasSharedBus(device: XmlNode): boolean {
  const sharing = text(device, "sharedBus");
  return sharing !== undefined && sharing !== "noSharing";
}
