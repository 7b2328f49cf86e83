import type { LunFile } from "../../initiator/mount.ts";
import type { Gpt, GptPartition } from "./disks/gpt.ts";
import type { Effects } from "./effects.ts";
import type { Vm } from "./hyperv/vm.ts";
import type { LunFacts } from "./iscsi/scsi.ts";
import type { Session } from "./iscsi/sessions.ts";
import type { Load } from "./load.ts";
import type { Service, WindowsProcess } from "./processes.ts";
import type { Settings } from "./settings.ts";

export type Culture = "en-US" | "de-DE";

/** Why a disk is offline, by the numbers of MSFT_Disk.OfflineReason. */
export const offlineReasons = ["None", "Policy", "Redundant Path", "Snapshot", "Collision"] as const;
export type OfflineReason = (typeof offlineReasons)[number];

/** A volume of a disk that is online. */
export interface Volume {
  /** In braces; `\\?\Volume{...}\` is made of it. */
  guid: string;
  partition: GptPartition;
  /** `/dev/loop3`; undefined where there is no file system. */
  device: string | undefined;
  /** Where it is mounted for the simulator itself. */
  folder: string | undefined;
  /** The access paths under which it is really mounted. */
  mounted: string[];
  /** As the kernel numbers its mounts, those without a name any more too. */
  mountIds: string[];
}

export interface Disk {
  number: number;
  facts: LunFacts;
  paths: { session: Session; lun: number }[];
  isOffline: boolean;
  offlineReason: OfflineReason;
  isReadOnly: boolean;
  /** As it was read last: Windows keeps it until the disk is refreshed. */
  layout: Gpt | undefined;
  file: LunFile | undefined;
  volumes: Volume[];
  cluster: { resource: string; sharedVolume: boolean } | undefined;
}

/** What Windows keeps of a disk that is gone, by its NAA. */
export type Remembered = Pick<Disk, "isOffline" | "offlineReason" | "isReadOnly">;

export interface Host {
  readonly settings: Settings;
  readonly effects: Effects;
  /** Drives and mounted folders: `F:\` is `<root>/F`. */
  readonly root: string;
  /** The simulator's own mounts. */
  readonly mounts: string;
  portals: string[];
  targets: { iqn: string; portal: string }[];
  sessions: Session[];
  disks: Disk[];
  readonly remembered: Map<string, Remembered>;
  /** The mount manager's: access paths of each volume by its GUID, of volumes that are not there too. */
  readonly accessPaths: Map<string, string[]>;
  /** GUIDs of volumes whose partition's own was taken, by NAA and partition GUID. */
  readonly volumeNames: Map<string, string>;
  readonly vms: Vm[];
  readonly loads: Load[];
  readonly services: Service[];
  readonly processes: WindowsProcess[];
  /** Open through shares. */
  smbFiles: { path: string; client: string; user: string }[];
  /** Changes of disks, one after the other. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}
