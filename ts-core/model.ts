/** What the product talks about, as schemas: at once the TypeScript type, what ajv checks, and a node of protocol.json. */
import { type Static, Type } from "typebox";

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const isoTime = (description: string) => Type.String({ description, pattern: "^\\d{4}-\\d\\d-\\d\\dT" });

export const Consistency = Type.Union(
  [
    Type.Literal("Application"),
    Type.Literal("FileSystem"),
    Type.Literal("Memory"),
    Type.Literal("PoweredOff"),
    Type.Literal("Crash"),
    Type.Literal("Unverified"),
  ],
  {
    description:
      "What our evidence says about the state inside the snapshot. PoweredOff: nothing ran, consistent by nature. No evidence: Unverified.",
  },
);
export type Consistency = Static<typeof Consistency>;

export const LunTarget = Type.Object({
  targetIndex: Type.Integer(),
  targetName: Type.String(),
  iqn: Type.String(),
  lunNumber: Type.Integer({ description: "LUN id inside the target, as the NAS numbers it (from 0)." }),
  enabled: Type.Boolean(),
});
export type LunTarget = Static<typeof LunTarget>;

export const Initiator = Type.Object({
  iqn: Type.String(),
  address: Type.String(),
  targetIqn: Type.String(),
});
export type Initiator = Static<typeof Initiator>;

export const Lun = Type.Object({
  nas: Type.String({ description: "Name under which the NAS is connected or stored." }),
  lunIndex: Type.Integer({ description: "NAS-wide index. Reused after deletion: never an identity." }),
  name: Type.String(),
  sizeBytes: Type.Integer(),
  naa: Type.String({
    description: "VPD page 0x83 identity: 32 lower-case hex digits, empty while the NAS has not assigned it yet.",
  }),
  status: Type.Union([
    Type.Literal("Ready"),
    Type.Literal("Creating"),
    Type.Literal("Removing"),
    Type.Literal("Error"),
  ]),
  thin: Type.Boolean(),
  sectorBytes: Type.Integer(),
  poolId: orNull(Type.Integer()),
  snapshotCount: orNull(Type.Integer()),
  targets: Type.Array(LunTarget),
  initiators: Type.Array(Initiator, {
    description: "Who is logged in to a target of this LUN. Logged in is not yet using it.",
  }),
});
export type Lun = Static<typeof Lun>;

/** How good a snapshot is for one VM in it. */
export const VmLabel = Type.Object({
  name: Type.String(),
  consistency: Consistency,
  reason: orNull(Type.String({ description: "Why it is not as good as was asked for." })),
  powerState: Type.String(),
  guest: Type.String(),
  path: Type.String({ description: "Of its configuration file: `[datastore] folder/name.vmx`." }),
});

/** The same with where the VM belongs: kept in the catalogue. */
export type VmInSnapshot = Static<typeof VmLabel> & {
  /** vSphere's id (moref) at that time; a VM that is registered anew gets another. Host, folder and pool are ids too. */
  id: string;
  instanceUuid: string;
  template: boolean;
  host: string | null;
  folder: string | null;
  pool: string | null;
  disks: string[];
  /** Names of its tags; null: vCenter did not tell them. */
  tags: string[] | null;
};

/** How good a snapshot is for the data of one application that was asked to take part, by VSS. */
export const WriterLabel = Type.Object({
  name: Type.String(),
  id: Type.String({ description: "Its writer class: a GUID." }),
  consistency: Consistency,
  reason: orNull(Type.String({ description: "Why it is not as good as was asked for." })),
});
export type WriterLabel = Static<typeof WriterLabel>;

export const LunSnapshot = Type.Object({
  nas: Type.String(),
  lunName: Type.String(),
  lunIndex: Type.Integer(),
  lunNaa: Type.String(),
  snapshotId: Type.String({ description: "The NAS's own id." }),
  name: Type.String(),
  createTime: orNull(isoTime("The NAS's own clock and zone, as it tells it (no zone is given).")),
  createTimeUtc: orNull(isoTime("UTC by this machine's clock; only where our record has it.")),
  consistency: Consistency,
  freezeMs: orNull(
    Type.Number({
      description:
        "How long applications were held: from the first VM snapshot begun until the NAS showed the LUN snapshot, or from VSS's freeze to its thaw.",
    }),
  ),
  vms: orNull(Type.Array(VmLabel, { description: "The VMs inside, where it was taken with them. Null: not known." })),
  writers: orNull(
    Type.Array(WriterLabel, { description: "The VSS writers with data inside. Null: it was not taken through VSS." }),
  ),
  reason: orNull(Type.String({ description: "Why the file systems inside are not as good as was asked for." })),
  ours: Type.Boolean({ description: "Name and record both say that QnapSnapshot made it." }),
  operationId: orNull(Type.String()),
  description: orNull(Type.String()),
  vital: orNull(
    Type.Boolean({ description: "Protected from the NAS's own recycling. Null: this firmware does not tell." }),
  ),
  expireTimeUtc: orNull(
    isoTime("When the NAS removes it by itself. Null: never, or not known for a snapshot that is not ours."),
  ),
  status: Type.Union([Type.Literal("Ready"), Type.Literal("Removing"), Type.Literal("Unknown")]),
});
export type LunSnapshot = Static<typeof LunSnapshot>;

/** How a request names a LUN. With several fields given, all must fit the same LUN. */
export const LunRef = Type.Object(
  {
    nas: Type.Optional(Type.String({ minLength: 1 })),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    naa: Type.Optional(Type.String({ pattern: "^[0-9A-Fa-f]{32}$" })),
    lunIndex: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);
export type LunRef = Static<typeof LunRef>;

export const SnapshotRef = Type.Object(
  {
    lun: LunRef,
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    snapshotId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  { additionalProperties: false },
);
export type SnapshotRef = Static<typeof SnapshotRef>;

export const Nas = Type.Object({
  name: Type.String(),
  address: Type.String(),
  port: Type.Integer(),
  scheme: Type.Union([Type.Literal("https"), Type.Literal("http")]),
  connected: Type.Boolean(),
  stored: Type.Boolean({ description: "Kept for the machine by Set-QnapNas." }),
  userName: Type.String(),
  trust: Type.Union([Type.Literal("System"), Type.Literal("Pinned"), Type.Literal("None")]),
  certificateFingerprint: orNull(Type.String()),
  family: orNull(Type.Union([Type.Literal("QTS"), Type.Literal("QuTS hero"), Type.Literal("QES")])),
  firmwareVersion: orNull(Type.String()),
  firmwareBuild: orNull(Type.String()),
  model: orNull(Type.String()),
  hostName: orNull(Type.String()),
  serialNumber: orNull(Type.String()),
});
export type Nas = Static<typeof Nas>;

export const NasAnnouncement = Type.Object({
  name: Type.String(),
  address: Type.String(),
  port: Type.Integer({ description: "Web administration port." }),
  scheme: Type.Union([Type.Literal("https"), Type.Literal("http")]),
  model: orNull(Type.String()),
  firmwareVersion: orNull(Type.String()),
  firmwareBuild: orNull(Type.String()),
  serialNumber: orNull(Type.String()),
});
export type NasAnnouncement = Static<typeof NasAnnouncement>;

export const NasCheck = Type.Object({
  nas: Type.String(),
  check: Type.String(),
  status: Type.Union([
    Type.Literal("Works"),
    Type.Literal("Limited"),
    Type.Literal("Unknown"),
    Type.Literal("Missing"),
  ]),
  detail: Type.String(),
  confidence: Type.Union(
    [Type.Literal("Measured"), Type.Literal("Confirmed"), Type.Literal("SingleSource"), Type.Literal("Assumed")],
    {
      description:
        "Measured: seen on this NAS, just now or when the detail says. The others: how well the fact behind it is known.",
    },
  ),
});
export type NasCheck = Static<typeof NasCheck>;

/** A program that must not run beside the VSS provider. */
export const Rival = Type.Object({
  kind: Type.Union([Type.Literal("SmiSProvider"), Type.Literal("SnapshotAgent")]),
  process: Type.String(),
  pid: Type.Integer(),
});
export type Rival = Static<typeof Rival>;

export const LunConnection = Type.Object({
  nas: Type.String(),
  lunName: Type.String(),
  lunNaa: Type.String(),
  lunNumber: Type.Integer(),
  targetIqn: Type.String(),
  initiatorIqn: Type.String(),
  address: Type.String(),
});
export type LunConnection = Static<typeof LunConnection>;

export const LunConsumer = Type.Object({
  nas: Type.String(),
  lunName: Type.String(),
  lunNaa: Type.String(),
  consumer: Type.String({ description: "Which vCenter; Windows: this server." }),
  kind: Type.Union([
    Type.Literal("Datastore"),
    Type.Literal("Host"),
    Type.Literal("Disk"),
    Type.Literal("Volume"),
    Type.Literal("Session"),
    Type.Literal("VM"),
  ]),
  name: Type.String(),
  id: Type.String({
    description: "vSphere's id (moref) of it; of Windows the disk number, volume path, session or VM id.",
  }),
  state: Type.String({ description: "Mounted or not, connected or not, powered on or not, online or not." }),
  detail: Type.String(),
});
export type LunConsumer = Static<typeof LunConsumer>;

export const LunCheck = Type.Object({
  nas: Type.String(),
  lunName: Type.String(),
  lunNaa: Type.String(),
  kind: Type.Union([
    Type.Literal("Lun"),
    Type.Literal("Datastore"),
    Type.Literal("Disk"),
    Type.Literal("Volume"),
    Type.Literal("Session"),
    Type.Literal("VM"),
  ]),
  name: Type.String(),
  rule: orNull(Type.String({ description: "Null: no rule finds anything." })),
  verdict: Type.Union([Type.Literal("OK"), Type.Literal("Warn"), Type.Literal("Downgrade"), Type.Literal("Refuse")], {
    description: "Downgrade: the snapshot is taken, and this VM counts as less than was asked for.",
  }),
  reason: Type.String(),
});
export type LunCheck = Static<typeof LunCheck>;

export const PlanStep = Type.Object({
  action: Type.String({ description: "What is done, in words." }),
  changes: Type.Boolean({ description: "False: only looked at." }),
});
export type PlanStep = Static<typeof PlanStep>;

export const RestorePlan = Type.Object({
  nas: Type.String(),
  lunName: Type.String(),
  lunNaa: Type.String(),
  snapshotName: Type.String(),
  snapshotId: Type.String(),
  safetyCopy: Type.Union([Type.Literal("Snapshot"), Type.Literal("Clone"), Type.Literal("None")]),
  newerSnapshots: Type.Array(Type.String(), {
    description: "Names of snapshots that the revert destroys, or may destroy: the first 50.",
  }),
  newerSnapshotCount: Type.Integer(),
  initiators: Type.Array(Initiator),
  estimatedSeconds: orNull(Type.Integer()),
  steps: Type.Array(PlanStep),
});
export type RestorePlan = Static<typeof RestorePlan>;

export const MountedSnapshot = Type.Object({
  nas: Type.String(),
  lunName: Type.String({ description: "The copy: a LUN of its own on the NAS." }),
  lunIndex: Type.Integer(),
  lunNaa: Type.String(),
  sourceLun: Type.String(),
  snapshotName: Type.String(),
  vcenter: orNull(Type.String({ description: "Null, as the next three: it is mounted on Windows." })),
  vmHost: orNull(Type.String()),
  datastoreName: orNull(Type.String()),
  vmfsUuid: orNull(Type.String({ description: "Of the copy; the original keeps its own." })),
  path: orNull(Type.String({ description: "The folder of this server. Null: it is mounted on an ESXi host." })),
  operationId: Type.String(),
});
export type MountedSnapshot = Static<typeof MountedSnapshot>;

export const Operation = Type.Object({
  operationId: Type.String(),
  kind: Type.String(),
  state: Type.Union([
    Type.Literal("Running"),
    Type.Literal("Interrupted"),
    Type.Literal("Completed"),
    Type.Literal("Undone"),
    Type.Literal("Failed"),
  ]),
  nas: Type.Array(Type.String()),
  luns: Type.Array(Type.String()),
  startTimeUtc: isoTime("UTC"),
  endTimeUtc: orNull(isoTime("UTC")),
  outcome: orNull(Type.String({ description: "What is true now, in words." })),
});
export type Operation = Static<typeof Operation>;

export const SnapshotMethod = Type.Union(
  [Type.Literal("Quiesce"), Type.Literal("QuiesceOrFallback"), Type.Literal("Memory"), Type.Literal("None")],
  { description: "How the VM snapshot of a running VM is made. None: it gets no VM snapshot." },
);
export type SnapshotMethod = Static<typeof SnapshotMethod>;

export const Verdict = Type.Union([Type.Literal("Refuse"), Type.Literal("Downgrade"), Type.Literal("Warn")], {
  description: "Refuse: no snapshot of the LUN. Downgrade: it is taken, and this VM counts as less than was asked for.",
});
export type Verdict = Static<typeof Verdict>;

/** What is looked for on a VM, or on its datastore, before a snapshot. */
export const Rule = Type.Union([
  Type.Literal("Extents"),
  Type.Literal("FilesElsewhere"),
  Type.Literal("SwapOrLogsElsewhere"),
  Type.Literal("RawDevice"),
  Type.Literal("IndependentDisk"),
  Type.Literal("SharedBus"),
  Type.Literal("Passthrough"),
  Type.Literal("FaultTolerance"),
  Type.Literal("SnapshotDepth"),
  Type.Literal("ToolsNotRunning"),
  Type.Literal("ConsolidationNeeded"),
  Type.Literal("Motion"),
  Type.Literal("Rights"),
  Type.Literal("NotConnected"),
]);
export type Rule = Static<typeof Rule>;

const patterns = (description: string) => Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { description });
const seconds = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });

/** How the VMs of one vCenter are treated. */
export const VMwarePolicy = Type.Object({
  snapshotMethod: SnapshotMethod,
  includeVM: patterns("Only VMs with these names, or with a tag of includeTag, get a VM snapshot. Both empty: all."),
  includeTag: patterns("Names of vSphere tags."),
  excludeVM: patterns("VMs with these names get none, whatever includes them."),
  excludeTag: patterns("Names of vSphere tags."),
  methodOverride: Type.Array(
    Type.Object({ vm: Type.String({ minLength: 1 }), method: SnapshotMethod }, { additionalProperties: false }),
    { description: "Another method by name of the VM; the first that fits counts." },
  ),
  tagMethodOverride: Type.Array(
    Type.Object({ tag: Type.String({ minLength: 1 }), method: SnapshotMethod }, { additionalProperties: false }),
    { description: "Another method by tag, where no name fits." },
  ),
  ruleVerdict: Type.Partial(Type.Record(Rule, Type.Union([Verdict, Type.Literal("Ignore")])), {
    additionalProperties: false,
    description: "Rules that are judged otherwise than by default. Ignore: not even told.",
  }),
  maxPerHost: Type.Integer({ minimum: 1, maximum: 64, description: "VM snapshots under way on one ESXi host." }),
  maxPerVCenter: Type.Integer({ minimum: 1, maximum: 640, description: "VM snapshots under way in all." }),
  snapshotTimeoutSeconds: seconds(30, 14_400, "How long the snapshot of one VM may take."),
  totalTimeoutSeconds: seconds(30, 86_400, "How long the snapshots of all VMs of a LUN may take."),
  guestShutdownSeconds: seconds(
    0,
    3_600,
    "How long guests get to shut down before a restore. 0: switched off at once.",
  ),
});
export type VMwarePolicy = Static<typeof VMwarePolicy>;

export const VMwareSetting = Type.Object({
  server: Type.String(),
  port: Type.Integer(),
  userName: Type.String(),
  trust: Type.Union([Type.Literal("System"), Type.Literal("Pinned"), Type.Literal("None")]),
  certificateThumbprint: orNull(Type.String()),
  ...VMwarePolicy.properties,
});
export type VMwareSetting = Static<typeof VMwareSetting>;
