import type { Chap } from "../../initiator/address.ts";
import type { Culture } from "./host.ts";

export interface Settings {
  computerName: string;
  initiatorIqn: string;
  /** Language of messages; ids and codes are the same in each. */
  culture: Culture;
  /** Default on Windows Server: what is new on a shared bus arrives offline and read-only (documented). */
  sanPolicy: "OfflineShared" | "OfflineAll" | "OnlineAll";
  /** MPIO has claimed iSCSI disks: one disk with several paths. Else each path is a disk. */
  mpio: boolean;
  /** Disk offline while files are open: dismounted under them, or "Disk is in use" (both documented, which when is not). */
  offlineWhileOpen: "dismount" | "refuse";
  /** A disk with the id of another one is told to come online: it stays as it is, or Windows gives it a new id (single source). */
  collisionOnline: "refuse" | "newId";
  /** Set-Disk -Guid works while the disk is offline (assumed; the documentation says "online for most attributes"). */
  guidWhileOffline: boolean;
  /** A disk without a path for longer is gone. */
  linkDownMs: number;
  /** How long a checkpoint takes, and how long its disks are merged after it was removed. */
  checkpointMs: number;
  mergeMs: number;
  chap?: Chap | undefined;
  /** Of mutual CHAP: the target proves that it knows it. */
  mutualSecret?: string | undefined;
}

export const defaults: Settings = {
  computerName: "SRV1",
  initiatorIqn: "iqn.1991-05.com.microsoft:srv1.example.com",
  culture: "en-US",
  sanPolicy: "OfflineShared",
  mpio: false,
  offlineWhileOpen: "dismount",
  collisionOnline: "refuse",
  guidWhileOffline: true,
  linkDownMs: 30_000,
  checkpointMs: 100,
  mergeMs: 300,
};
