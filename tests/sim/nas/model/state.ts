/** Everything a NAS remembers over a restart; plain JSON. */
export interface State {
  hostname: string;
  serialNumber: string;
  /** Six hex digits at the end of every IQN of this NAS. */
  iqnPostfix: string;
  users: User[];
  pools: Pool[];
  volumes: Volume[];
  luns: Lun[];
  targets: Target[];
  snapshots: Snapshot[];
  /** Indexes of removed LUNs that were not given out again. */
  ghosts: number[];
  nextVolumeId: number;
  nextSnapshotId: number;
  clockOffsetMs: number;
}

export interface User {
  name: string;
  password: string;
  admin: boolean;
  totpSecret?: string;
  securityAnswer: string;
  qtoken?: string;
  clientId?: string;
  vtoken?: string;
  mailedCode?: string;
}

export interface Pool {
  poolId: number;
  capacityBytes: number;
}

/** The storage of a LUN: a logical volume on QTS, a zvol on hero. Snapshots belong to it. */
export interface Volume {
  volumeId: number;
  label: string;
  poolId: number;
  sizeBytes: number;
  thin: boolean;
  sectorSize: 512 | 4096;
  threshold: number;
  ssdCache: boolean;
  file: string;
  creating: boolean;
  /** Set on an instant clone: the snapshot that it needs. */
  cloneOfSnapshot?: number;
}

export interface Lun {
  lunIndex: number;
  name: string;
  volumeId: number;
  naa: string;
  naaKnown: boolean;
  serial: string;
  status: "creating" | "ready" | "reverting" | "removing";
  /** What PUT lun_capacity over REST has set: shown, and nothing else. */
  reportedGiB?: number;
  /** How often remove_lun has answered "busy". */
  busyAnswers: number;
}

export interface Target {
  targetIndex: number;
  name: string;
  alias: string;
  iqn: string;
  iqnKnown: boolean;
  active: boolean;
  clusterEnable: boolean;
  dataDigest: boolean;
  headerDigest: boolean;
  acl: Initiator[];
  luns: Mapping[];
}

export interface Mapping {
  lunIndex: number;
  lunNumber: number;
  enabled: boolean;
}

export interface Initiator {
  initiatorIndex: number;
  iqn: string;
  alias: string;
  chap?: { user: string; password: string };
  mutualChap?: { user: string; password: string };
}

export interface Snapshot {
  snapshotId: number;
  volumeId: number;
  name: string;
  /** By the clock of the NAS. */
  createdAtMs: number;
  vital: boolean;
  expireMin: number;
  description: string;
  type: number;
  status: "ready" | "removing";
  sizeBytes: number;
  /** Missing: seeded without bytes. */
  file?: string;
}

/** The default policy row of a target: every initiator that has no row of its own. */
export const defaultInitiator = "iqn.2004-04.com.qnap:all:iscsi.default.ffffff";

export const gib = 2 ** 30;
