import type { Consistency, LunCheck, LunConsumer, VmInSnapshot, WriterLabel } from "./model.ts";
import type { Context } from "./rpc/operation.ts";
import type { PlannedSnapshot } from "./snapshots/snapshotSet.ts";

/**
 * Who uses LUNs and can be asked: a vCenter with its hosts and VMs. Snapshots and restores are written once over this port; a LUN
 * that no consumer knows is judged by what the NAS tells of log-ins.
 *
 * An iSCSI log-in belongs to a target: being logged in is not using the LUN, and logging out would drop the target's other LUNs.
 * So a consumer gives one LUN up (datastore detached), and the NAS then hides it on its targets; neighbours keep their I/O.
 */
export interface Consumer {
  /** The name under which the machine keeps it; stands in journals, so that any process finds it again. */
  readonly name: string;
  /** What hangs on the LUN with this NAA; undefined when nothing does. Reads only. */
  find(naa: string, signal: AbortSignal): Promise<LunUse | undefined>;
  /**
   * Lets go of what a dead process may have held: waits for what is under way, removes what carries the operation's id, and
   * nothing else. May be called as often as one likes. `lateMs`: how long a request of the dead process may still take effect.
   */
  endHold(hold: HoldRecord, operationId: string, lateMs: number): Promise<EndedHold>;
  /** Takes a LUN back into use from whatever step its release or its taking back had reached. May be called again. */
  takeBack(release: ReleaseRecord, options: TakeBackOptions, context: Context): Promise<TakenBack>;
  /** What is left to be done by hand, a line a step. */
  stepsLeft(release: ReleaseRecord): Promise<string[]>;
}

export type Member = Omit<LunConsumer, "nas" | "lunName" | "lunNaa">;
export type MemberCheck = Omit<LunCheck, "nas" | "lunName" | "lunNaa">;

/** One LUN as one consumer uses it, as it was when it was looked at. */
export interface LunUse {
  readonly consumer: string;
  /** Everything that hangs on it, for people. */
  members(): Member[];
  /** A verdict for each member and rule. Reads only. */
  check(): Promise<MemberCheck[]>;
  /** How it would be held for a snapshot; throws PreflightRefused. Reads only. */
  planHold(options: HoldOptions): Promise<HoldPlan>;
  /** How it would be given up for a restore, and why not. Reads only. */
  planRelease(options: ReleaseOptions): Promise<ReleasePlan>;
}

export interface HoldOptions {
  /** How a Hyper-V VM gets into the snapshot: by VSS inside it, or with its memory. */
  hyperVCheckpoint: "Production" | "Memory";
}

/** Plain JSON for the journal, synced before anything is held. What else it holds is the consumer's. */
export interface HoldRecord {
  consumer: string;
  naa: string;
}

export interface HoldPlan {
  readonly record: HoldRecord;
  /** What will be worse than asked for, a line each. */
  readonly warnings: string[];
  /** Where it can be snapshotted only while this machine's own volumes are frozen: who does both at once. */
  readonly freezer?: Freezer;
  /** Holds every member, with a deadline of its own. Never throws: what failed stands in `refusals`. */
  hold(operationId: string, signal: AbortSignal): Promise<Hold>;
}

/** Freezes this machine's volumes and has their LUNs' snapshots asked for meanwhile: in the place of asking the NAS directly. */
export interface Freezer {
  /**
   * One set of all LUNs. Returns or throws only when nothing of it can come any more: volumes are thawed, and no process of it is
   * left. Throws when the set was refused before the NAS was asked for anything.
   */
  freeze(request: FreezeRequest, context: Context): Promise<FrozenSet>;
}

export interface FreezeRequest {
  operationId: string;
  snapshots: PlannedSnapshot[];
  /** Of the plans that name the freezer. */
  holds: HoldRecord[];
}

export interface FrozenSet {
  /** How the NAS took each request, by NAA; absent: it said yes. */
  failures: Map<string, unknown>;
  /** From the first request sent to the last answer received. */
  skewMs: number;
  /** Why the set does not count, whatever the NAS made of it. */
  refusal?: Error;
  /** What was seen, by NAA. */
  evidence: Map<string, Evidence>;
}

export interface Hold {
  /** Why the snapshot must not be taken. */
  readonly refusals: string[];
  /** What is true of the members in a snapshot that was taken just now, with a last look at where they are. */
  evidence(): Promise<Evidence>;
  /** Lets go of all, under a deadline of its own, once. Never throws. */
  release(): Promise<Released>;
}

/** What is known of the state inside a snapshot. */
export interface Evidence {
  vms: VmInSnapshot[];
  /** VSS writers with data on the LUN; null: none was asked. */
  writers: WriterLabel[] | null;
  /** The file systems themselves, where they were frozen; null: nobody froze them. */
  volumes: { consistency: Consistency; reason: string | null } | null;
  /** From the first member held until the snapshot was seen, in milliseconds; null where nobody measured. */
  heldMs: number | null;
}

export interface Released {
  /** What may still be held, a line each; empty: all was let go, as was seen. */
  left: string[];
  /** What was let go and still wants somebody's attention. */
  warnings: string[];
}

/** What a recovery let go. */
export interface EndedHold extends Released {
  /** What the members showed before. */
  evidence: Evidence;
}

export interface ReleaseOptions {
  /** What the snapshot is known to hold; undefined: nothing is known of it. */
  inSnapshot: VmInSnapshot[] | undefined;
  /** The operation whose VM snapshots are to be reverted to afterwards. */
  revertTo: string | undefined;
  powerOn: boolean;
}

/** Plain JSON for the journal, synced before the LUN is given up: enough to take it back from any step. */
export interface ReleaseRecord {
  consumer: string;
  naa: string;
}

export interface ReleasePlan {
  consumer: string;
  /** Why it is not begun, a line each. */
  refusals: string[];
  /** Members that exist now and are not in the snapshot: the revert would destroy them. */
  newer: string[];
  /** Before the revert, and after it, a line a step. */
  release: string[];
  takeBack: string[];
  /** What cannot be put back, and what is not touched. */
  notes: string[];
  /** IQNs of the members' hosts: their log-ins are no strangers'. */
  initiators: string[];
  /** What the journal needs, read at the last moment. */
  record(): Promise<ReleaseRecord>;
  /** Gives the LUN up and proves it. Its record is in the journal. */
  run(record: ReleaseRecord, context: Context): Promise<void>;
}

export interface TakeBackOptions {
  /** The LUN is as it was before: what ran then runs again. Otherwise the snapshot's members come back, switched off. */
  undone: boolean;
}

export interface TakenBack {
  /** In words, for the outcome: what came back, and what did not. */
  told: string[];
  /** Members of the LUN that were not in use before; they are named, not added. */
  notAdded: string[];
}

/** The consumers of this machine. */
export interface Consumers {
  /** Their names, without a log-in. */
  names(): Promise<string[]>;
  all(say: Pick<Context, "signal" | "warn">): Promise<Consumer[]>;
  named(name: string, say: Pick<Context, "signal" | "warn">): Promise<Consumer>;
}

/** A host of a vCenter that mounts a copy as a datastore. Plain JSON for the journal, as each place is. */
export interface DatastorePlace {
  consumer: "VMware";
  vcenter: string;
  vmHost: string;
  /** The original, beside which it stands. */
  originalNaa: string;
  /** A copy that somebody mounted under this is not touched: on a host the original has the same. */
  originalVmfsUuid: string;
}

/** A folder of this server at which a copy's volumes are mounted. */
export interface FolderPlace {
  consumer: "Windows";
  path: string;
  /** Whether the folder was there before. */
  folderExists: boolean;
  originalNaa: string;
  /** By which the original's disk is known: the copy must get an identity of its own. */
  originalDisk: { guid: string; signature: number };
}

/** By who mounts a copy: what is asked for, where it is to stand, what stands there then, and who must give it up again. */
export interface CopyKinds {
  VMware: {
    wanted: { vmHost: string };
    place: DatastorePlace;
    mounted: { datastoreName: string; vmfsUuid: string };
    holder: { vcenter: string; vmHost: string };
  };
  Windows: {
    wanted: { path: string };
    place: FolderPlace;
    mounted: { path: string };
    holder: { disk: string };
  };
}

export type CopyKind = keyof CopyKinds;
export type WantedPlace = CopyKinds[CopyKind]["wanted"];
export type MountPlace = CopyKinds[CopyKind]["place"];
export type MountedCopy = CopyKinds[CopyKind]["mounted"];
export type CopyHolder = CopyKinds[CopyKind]["holder"];

export interface LunIdentity {
  name: string;
  naa: string;
}

/** A copy, known by its own NAA, and where it stands or is to stand. */
export interface PlacedCopy<K extends CopyKind = CopyKind> extends LunIdentity {
  place: CopyKinds[K]["place"];
}

/** Mounts copies of LUNs beside their originals where this machine can. */
export interface Copies<K extends CopyKind = CopyKind> {
  /** Refuses, with an error of its own, where a copy of this LUN could not be mounted so. Reads only. */
  place(wanted: CopyKinds[K]["wanted"], original: LunIdentity, context: Context): Promise<CopyKinds[K]["place"]>;
  /**
   * Finds the copy, gives it an identity of its own and mounts it. `announce` is called right before that identity, which cannot be
   * undone. Each step looks first: may be called again from any of them.
   */
  mount(copy: PlacedCopy<K>, context: Context, announce: () => Promise<void>): Promise<CopyKinds[K]["mounted"]>;
  /** Everybody who sees the copy. Refuses, naming them, while VMs, programs or drives use it. Reads only. */
  mustRelease(copy: PlacedCopy<K>, context: Context): Promise<CopyKinds[K]["holder"][]>;
  /** Has all of them give it up, and proves it. May be called again. */
  release(copy: PlacedCopy<K>, context: Context): Promise<void>;
  /** Once the copy is gone from the NAS: they forget it. May be called again. */
  forget(copy: PlacedCopy<K>, holders: readonly CopyKinds[K]["holder"][], context: Context): Promise<void>;
}

/** A file on the only volume of a LUN, into which stamps are written one after the other while snapshots are taken. */
export interface Scratch {
  /** The path under which this machine has the LUN's volume. Refuses where there is not exactly one. Reads only. */
  volume(naa: string): Promise<string>;
  /** Where a copy of the LUN can be mounted meanwhile: a folder that is not there yet. */
  copyFolder(operationId: string): string;
  /** Makes the file and begins; returns once stamps are coming. What it writes is on the disk before the next. */
  write(file: string): Promise<Writing>;
  read(file: string, sinceUs?: number): Promise<StampsRead>;
  /** May be called again. */
  remove(file: string): Promise<void>;
}

export interface Writing {
  stop(): Promise<void>;
}

export interface StampsRead {
  count: number;
  /** Of those since the time asked for: microseconds of the monotonic clock that all processes of a machine share. */
  timesUs: number[];
}
