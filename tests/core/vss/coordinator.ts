import type { VssLun } from "../../../ts-core/vss/wire.ts";
import { type Answer, type Conversation, newGuid, ok, transportable, vssLun } from "./conversation.ts";

/** A volume of a set, by the NAAs of the LUNs that it lies on. */
export type Volume = readonly string[];

export interface SetOptions {
  context?: number;
  setId?: string;
  /** GetTargetLuns after the two final callbacks, as Microsoft's text has it; default: before, as is seen in practice. */
  finalFirst?: boolean;
  /** Called before each callback. */
  at?: (method: string) => Promise<void>;
}

export interface MadeSet {
  setId: string;
  /** The first answer that was no success, and what it answered; undefined: the set was made. */
  failed: { method: string; answer: Answer } | undefined;
  /** What GetTargetLuns told, LUN by LUN. */
  targets: VssLun[];
}

/** The callbacks of one set in the order of VSS; at the first failure it is aborted, as VSS does once EndPrepareSnapshots was called. */
export async function makeSet(provider: Conversation, volumes: readonly Volume[], options: SetOptions = {}) {
  const { context = transportable, setId = newGuid(), finalFirst = false, at } = options;
  const targets: VssLun[] = [];
  const snapshots = volumes.map((naas) => ({ snapshotId: newGuid(), luns: naas.map((naa) => vssLun(naa)) }));
  const inSet = (method: string, fields: object = {}) => ({ method, fields: { setId, ...fields } });
  const getTargets = snapshots.map(({ luns }) => ({ method: "GetTargetLuns", fields: { devices: [], luns } }));
  const final = [inSet("PreFinalCommitSnapshots"), inSet("PostFinalCommitSnapshots")];
  const isImport = (context & 0x20) === 0;
  const steps = [
    ...snapshots.map(({ luns }) => ({ method: "AreLunsSupported", fields: { context, devices: [], luns } })),
    ...snapshots.map((each) => inSet("BeginPrepareSnapshot", { context, devices: [], ...each })),
    inSet("EndPrepareSnapshots"),
    inSet("PreCommitSnapshots"),
    inSet("CommitSnapshots"),
    inSet("PostCommitSnapshots", { count: volumes.length }),
    ...(finalFirst ? [...final, ...getTargets] : [...getTargets, ...(isImport ? [] : final)]),
  ];
  const run = async (method: string, fields: object): Promise<MadeSet["failed"]> => {
    await at?.(method);
    const answer = await provider.call(method, fields);
    if (method === "GetTargetLuns") targets.push(...(answer.targets ?? []));
    if (answer.hr === ok && answer.supported !== false) return undefined;
    await at?.("AbortSnapshots");
    if (method !== "AreLunsSupported") await provider.call("AbortSnapshots", { setId });
    return { method, answer };
  };
  for (const { method, fields } of steps) {
    const failed = await run(method, fields);
    if (failed) return { setId, failed, targets } satisfies MadeSet;
  }
  if (isImport) {
    const imports = [
      { method: "LocateLuns", fields: { luns: targets } },
      ...targets.map((lun) => ({ method: "FillInLunInfo", fields: { devices: [null], luns: [lun] } })),
      ...(finalFirst ? [] : final),
    ];
    for (const { method, fields } of imports) {
      const failed = await run(method, fields);
      if (failed) return { setId, failed, targets } satisfies MadeSet;
    }
  }
  return { setId, failed: undefined, targets } satisfies MadeSet;
}
