export interface ChapAccount {
  user: string;
  password: string;
}

/** Who may log in to a target. `chap`: the initiator proves itself; `mutualChap`: the target proves itself as well. */
export interface TargetAccess {
  initiators: "all" | string[];
  chap?: ChapAccount;
  mutualChap?: ChapAccount;
}

export interface Connection {
  initiatorIqn: string;
  address: string;
  session: number;
}

export interface IscsiLun {
  lunIndex: number;
  /** The number the NAS shows, from 0; an initiator sees `lunNumber + lunOffset`. */
  lunNumber: number;
  /** Stays open: rewritten in place it changes under the initiators, replaced by another (rename) it does not. */
  file: string;
  /** 32 hex digits, VPD page 0x83. */
  naa: string;
  /** VPD page 0x80. */
  serial: string;
  sectorSize: 512 | 4096;
  readOnly?: boolean;
}

/** Exports LUN files on iSCSI targets. A call that fails rejects with the reason and leaves the target as it was. */
export interface IscsiBackend {
  readonly kind: "tgt" | "none";
  /** `127.0.0.1:23262`, …; known after `start`, empty for "none". */
  readonly portals: string[];
  /** tgt keeps LUN 0 of each target for itself: 1 there, 0 for "none". */
  readonly lunOffset: number;
  start(): Promise<void>;
  addTarget(targetIndex: number, iqn: string, access: TargetAccess): Promise<void>;
  /** For new log-ins; sessions that exist stay, as on a NAS (assumed). */
  setAccess(targetIndex: number, access: TargetAccess): Promise<void>;
  /** Also with initiators logged in: they are thrown out. */
  removeTarget(targetIndex: number): Promise<void>;
  /** The LUN becomes visible (mapped and enabled). */
  attachLun(targetIndex: number, lun: IscsiLun): Promise<void>;
  /** The LUN vanishes (disabled or unmapped), in use or not; I/O to its neighbours on the target goes on. */
  detachLun(targetIndex: number, lunNumber: number): Promise<void>;
  connections(targetIndex: number): Promise<Connection[]>;
  /** Everything that was exported is gone afterwards; may be called twice. */
  stop(): Promise<void>;
}
