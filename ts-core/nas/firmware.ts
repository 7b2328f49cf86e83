/**
 * Firmware differences, as a table. How sure a fact is stands beside it: confirmed (two or more sources), single source,
 * assumed. Unknown counts as the worse. Source of all: docs and measurements gathered in the project's qts-api.md.
 */
export type Family = "QTS" | "QuTS hero" | "QES";
export type Confidence = "Confirmed" | "SingleSource" | "Assumed";
export type Answer = "yes" | "no" | "unknown";

export interface Firmware {
  family: Family;
  /** First version of this row, in the numbers of its family. */
  from: string;
  /** Selectors that list LUNs, the likeliest first. */
  lunLists: readonly ("lunList" | "extra_lun_index")[];
  /** Which interface lists, makes, deletes and recovers snapshots. */
  snapshots: "cgi" | "rest";
  /** Extra parameters of the CGI snapshot list. */
  snapshotListParameters: Readonly<Record<string, string>>;
  snapshotPageSize: number | undefined;
  deleteFunctions: readonly ("del_snapshot" | "del_snapshots")[];
  clone: "cgi" | "none";
  /** Which interface enables and disables a LUN on a target, and removes a LUN. */
  lunWrites: "cgi" | "rest";
  revertDestroysNewer: { answer: Answer; confidence: Confidence };
  /** Whether the answer to a create means that the point in time exists. */
  createAnswerIsPointInTime: { answer: Answer; confidence: Confidence };
  /** How many snapshots the NAS may be asked for at once. */
  parallelSnapshots: { count: number; confidence: Confidence };
  /** Free pool space that a snapshot needs. */
  snapshotReserveBytes: number;
  /** Documented limits per LUN; they depend on model and memory, and the NAS does not tell them. */
  snapshotLimitsPerLun: readonly number[];
}

const gib = 1024 ** 3;
const unknownPointInTime = { answer: "unknown", confidence: "Assumed" } as const;

const qts: Omit<Firmware, "from"> = {
  family: "QTS",
  lunLists: ["extra_lun_index", "lunList"],
  snapshots: "cgi",
  snapshotListParameters: {},
  snapshotPageSize: undefined,
  deleteFunctions: ["del_snapshot", "del_snapshots"], // contradicting sources: the newer verb first
  clone: "cgi",
  lunWrites: "cgi",
  revertDestroysNewer: { answer: "unknown", confidence: "Assumed" },
  createAnswerIsPointInTime: unknownPointInTime,
  parallelSnapshots: { count: 1, confidence: "Assumed" }, // vendor code suggests that QTS serialises
  snapshotReserveBytes: 0,
  snapshotLimitsPerLun: [16, 32, 64, 256],
};

const hero: Omit<Firmware, "from"> = {
  ...qts,
  family: "QuTS hero",
  snapshots: "rest",
  revertDestroysNewer: { answer: "yes", confidence: "SingleSource" },
  parallelSnapshots: { count: 16, confidence: "Assumed" },
  snapshotReserveBytes: 32 * gib,
  snapshotLimitsPerLun: [65_536],
};

/** Newest first within a family. */
const rows: readonly Firmware[] = [
  { ...qts, from: "5.0" },
  {
    ...qts,
    from: "4.2",
    lunLists: ["lunList", "extra_lun_index"],
    snapshotListParameters: { smb_snapshot_list: "1", smb_snapshot: "1" },
    deleteFunctions: ["del_snapshots", "del_snapshot"],
  },
  // h6.0.1 was seen to refuse CGI writes with -1, and no REST call makes a clone (single source).
  { ...hero, from: "6.0", clone: "none", lunWrites: "rest" },
  { ...hero, from: "4.5" },
  {
    ...qts,
    family: "QES",
    from: "1.1",
    lunLists: ["lunList"],
    snapshotPageSize: 100,
    deleteFunctions: ["del_snapshots"],
    snapshotLimitsPerLun: [65_536],
  },
];

/** The row for a firmware version; undefined when it is older than anything we know. */
export function findFirmware(family: Family, version: string): Firmware | undefined {
  return rows.find((row) => row.family === family && compareVersions(version, row.from) >= 0);
}

/** Compares dotted versions number by number; a leading letter (h5.3.4) does not count. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [numbers(left), numbers(right)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
