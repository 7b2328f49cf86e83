import fc from "fast-check";
import type { FaultKind } from "../../sim/nas/faults.ts";
import { autoImport, transportable } from "./conversation.ts";

/** What somebody does to the provider, or to its NAS. Sets, snapshots and LUNs by number. */
export type Action =
  | { kind: "call"; method: string; set: number; snapshot: number; luns: number[]; context: number; wait: boolean }
  | { kind: "line"; text: string }
  | { kind: "fault"; fault: FaultKind; func: string };

const inOrder = [
  "OnLoad",
  "AreLunsSupported",
  "BeginPrepareSnapshot",
  "BeginPrepareSnapshot",
  "EndPrepareSnapshots",
  "PreCommitSnapshots",
  "CommitSnapshots",
  "PostCommitSnapshots",
  "GetTargetLuns",
  "LocateLuns",
  "FillInLunInfo",
  "PreFinalCommitSnapshots",
  "PostFinalCommitSnapshots",
  "OnLunEmpty",
] as const;
const others = ["AbortSnapshots", "OnUnload", "OnLunStateChange", "OnReuseLuns", "ResyncLuns", "Nonsense"] as const;

const contexts = fc.oneof(
  { weight: 12, arbitrary: fc.constant(transportable) },
  { weight: 1, arbitrary: fc.constant(autoImport) },
  { weight: 1, arbitrary: fc.constantFrom(0x1d, 0x40000, -1, 0x9) },
);
/** The last one is on no NAS. */
const luns = fc.oneof(
  { weight: 6, arbitrary: fc.uniqueArray(fc.constantFrom(0, 1), { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(0, 1, 2), { maxLength: 3 }) },
);

const anything = fc.record({
  kind: fc.constant("call" as const),
  method: fc.constantFrom(...inOrder, ...others),
  set: fc.constantFrom(0, 0, 0, 1),
  snapshot: fc.nat(2),
  luns,
  context: contexts,
  wait: fc.boolean(),
});

const lines = fc.record({
  kind: fc.constant("line" as const),
  text: fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom(
      '{"id":0}',
      '{"id":0,"method":7}',
      "x".repeat(2 << 20),
      '{"id":0,"method":"LocateLuns","luns":[7]}',
    ),
  ),
});

/** Those after which nothing can come late: the others cost half a minute each, and have tests of their own. */
const faults = fc.record({
  kind: fc.constant("fault" as const),
  fault: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom<FaultKind>("busy", "expireSession", "poolFull") },
    { weight: 2, arbitrary: fc.constantFrom<FaultKind>("code", "snapshotLimit") },
    { weight: 1, arbitrary: fc.constantFrom<FaultKind>("dropBefore", "dropAfter", "successWithoutEffect") },
  ),
  func: fc.constantFrom("", "create_snapshot", "clone_qsnapshot", "add_lun", "extra_get"),
});

const interruptions = fc.oneof(
  { weight: 8, arbitrary: anything },
  { weight: 2, arbitrary: lines },
  { weight: 1, arbitrary: faults },
);

type Change = { at: number; how: "drop" | "swap" | "insert" | "again"; what: Action };
const changes = fc.array(
  fc.record({
    at: fc.nat(inOrder.length),
    how: fc.constantFrom<Change["how"]>("drop", "swap", "insert", "again"),
    what: interruptions,
  }),
  { maxLength: 4 },
);

/** The life of a set, in which some things are otherwise; or anything at all. */
export const sequences: fc.Arbitrary<Action[]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(contexts, luns, changes).map(([context, on, changed]) => spoil(life(context, on), changed)),
  },
  { weight: 1, arbitrary: fc.array(interruptions, { maxLength: 12 }) },
);

function life(context: number, on: number[]): Action[] {
  return inOrder.map((method, index) => {
    const snapshot = method === "BeginPrepareSnapshot" ? index : 0;
    return { kind: "call", method, set: 0, snapshot, luns: on, context, wait: true };
  });
}

function spoil(actions: Action[], changed: Change[]): Action[] {
  const spoilt = [...actions];
  for (const { at, how, what } of changed) {
    const here = spoilt[at];
    if (how === "drop") spoilt.splice(at, 1);
    else if (how === "swap" && here) spoilt.splice(at, 1) && spoilt.splice(at + 1, 0, here);
    else if (how === "again" && here) spoilt.splice(at, 0, here);
    else spoilt.splice(at, 0, what);
  }
  return spoilt;
}
