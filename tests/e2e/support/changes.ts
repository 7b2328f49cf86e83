import type { CoreProcess } from "../../coreProcess.ts";
import type { ProfileName } from "../../sim/nas/profiles.ts";
import type { Lab } from "./lab.ts";

export type Account = string[];

/** A request that changes a NAS, ready to be sent, and what the NAS must look like afterwards. */
export interface Change {
  method: string;
  params: object;
  /** The account of the NAS once the operation has been carried out; otherwise it must be as before. */
  done(before: Account): Account;
}

type Prepare = (lab: Lab, core: CoreProcess) => Promise<Change>;

interface Snapshot {
  name: string;
  snapshotId: string;
  lunNaa: string;
}

const add =
  (...lines: string[]) =>
  (before: Account) =>
    [...before, ...lines].sort();
const without = (start: string) => (before: Account) => before.filter((line) => !line.startsWith(start));

/** A snapshot of sqldata full of A; after it the LUN is full of B. */
async function takeBase(lab: Lab, core: CoreProcess): Promise<{ base: Snapshot; ref: object }> {
  const { snapshots } = await core.call<{ snapshots: Snapshot[] }>("newLunSnapshot", {
    luns: [{ name: "sqldata" }],
    type: "Crash",
  });
  const base = snapshots[0] as Snapshot;
  await lab.fill("sqldata", "B");
  return { base, ref: { lun: { name: "sqldata", naa: base.lunNaa }, snapshotId: base.snapshotId } };
}

function takeSet(...names: string[]): Prepare {
  return async () => ({
    method: "newLunSnapshot",
    params: { luns: names.map((name) => ({ name })), type: "Crash" },
    done: add(...names.map((name) => `snapshot (new) of ${name}`)),
  });
}

const removeSnapshot: Prepare = async (lab, core) => {
  const { base, ref } = await takeBase(lab, core);
  return { method: "removeLunSnapshot", params: { snapshot: ref }, done: without(`snapshot ${base.name}`) };
};

function restore(safetyCopy: "None" | "Clone"): Prepare {
  return async (lab, core) => {
    const { ref } = await takeBase(lab, core);
    const reverted = (before: Account) => before.map((line) => line.replace(/^(LUN sqldata .*full of) B/, "$1 A"));
    const keep = safetyCopy === "Clone" ? add("LUN (new) ready, full of B") : add();
    return {
      method: "restoreLunSnapshot",
      params: { snapshot: ref, safetyCopy },
      done: (before) => keep(reverted(before)),
    };
  };
}

const clone: Prepare = async (lab, core) => {
  const { ref } = await takeBase(lab, core);
  return {
    method: "newLunClone",
    params: { snapshot: ref, name: "copy" },
    done: add("LUN copy ready, full of A"),
  };
};

const removeClone: Prepare = async (lab, core) => {
  const { method, params } = await clone(lab, core);
  await core.call(method, params);
  await lab.map("copy", 1);
  return { method: "removeLunClone", params: { lun: { name: "copy" } }, done: without("LUN copy ") };
};

/** Every operation that changes a NAS. */
export const changes = {
  "snapshot of one LUN": takeSet("sqldata"),
  "snapshot of two LUNs": takeSet("sqldata", "vmstore"),
  "removal of a snapshot": removeSnapshot,
  "restore without safety copy": restore("None"),
  "restore with safety clone": restore("Clone"),
  clone,
  "removal of a mapped clone": removeClone,
} satisfies Record<string, Prepare>;
export type ChangeName = keyof typeof changes;

const needClone: ChangeName[] = ["restore with safety clone", "clone", "removal of a mapped clone"];

/** What this firmware has a known call for. */
export function changesOf(profile: ProfileName): ChangeName[] {
  const names = Object.keys(changes) as ChangeName[];
  return profile === "hero-h6.0" ? names.filter((name) => !needClone.includes(name)) : names;
}
