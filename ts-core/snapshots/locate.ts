import { isCode, QnapError } from "../errors.ts";
import type { LunRef, SnapshotRef } from "../model.ts";
import { listLunEntries, type NasLun, readLun } from "../nas/luns.ts";
import type { Nas } from "../nas/nas.ts";
import { listSnapshots, type NasSnapshot } from "../nas/snapshots.ts";
import type { Context } from "../rpc/operation.ts";
import { hasWildcard } from "../wildcard.ts";

export interface LocatedLun {
  nas: Nas;
  lun: NasLun;
}

export interface LocatedSnapshot extends LocatedLun {
  snapshot: NasSnapshot;
}

/** The LUN that a request means. Every field that the request gives must fit; an index alone is never believed. */
export async function locateLun(ref: LunRef, context: Context): Promise<LocatedLun> {
  if (ref.name === undefined && ref.naa === undefined)
    throw new QnapError("InvalidParameter", { parameter: "lun", reason: "a name or an NAA is wanted" });
  if (ref.naa === undefined && hasWildcard(ref.name ?? "")) throw new QnapError("LunPattern", { lun: ref.name });
  const nas = await context.machine.nas.open(ref.nas, context);
  const lunIndex = ref.lunIndex ?? (await findIndex(nas, ref, context.signal));
  const lun = await readLun(nas, lunIndex, context.signal);
  if (!lun) throw notFound(nas, ref);
  mustMatch(nas, lun, ref);
  return { nas, lun };
}

/** The LUNs that a request means: on every NAS that is known where it names none. One at least, or LunNotFound. */
export async function locateLuns(ref: LunRef, context: Context): Promise<LocatedLun[]> {
  const names = ref.nas === undefined ? await context.machine.nas.names() : [];
  if (names.length < 2) return [await locateLun(ref, context)];
  const found = await Promise.all(names.map((nas) => locateLun({ ...ref, nas }, context).catch(unlessNotFound)));
  const luns = found.filter((located) => located !== undefined);
  if (luns.length > 0) return luns;
  throw new QnapError("LunNotFound", { nas: "any known NAS", lun: ref.name ?? ref.naa });
}

function unlessNotFound(error: unknown): undefined {
  if (!isCode(error, "LunNotFound")) throw error;
}

/**
 * Reads the LUN again and refuses when its index now belongs to another one. Called right before every write. Its NAA is its
 * identity: a new name does not make it another LUN.
 */
export async function sameLun({ nas, lun }: LocatedLun, signal?: AbortSignal): Promise<NasLun> {
  const now = await readLun(nas, lun.lunIndex, signal);
  if (!now) throw notFound(nas, lun);
  if (lun.naa === "" || now.naa !== lun.naa) mustMatch(nas, now, lun);
  return now;
}

export function mustBeReady({ nas, lun }: LocatedLun): void {
  if (lun.status !== "Ready" || lun.naa === "") {
    throw new QnapError("LunNotReady", {
      nas: nas.name,
      lun: lun.name,
      status: lun.naa === "" ? "it has no NAA yet" : lun.status,
    });
  }
}

/** The snapshot that a request means, on its LUN. */
export async function locateSnapshot(ref: SnapshotRef, context: Context): Promise<LocatedSnapshot> {
  const located = await locateLun(ref.lun, context);
  const found = await findSnapshots(located, ref, context.signal);
  const [snapshot] = found;
  const { nas, lun } = located;
  const asked = ref.name ?? ref.snapshotId;
  if (!snapshot) throw new QnapError("SnapshotNotFound", { nas: nas.name, lun: lun.name, snapshot: asked });
  if (found.length > 1) {
    throw new QnapError("SnapshotAmbiguous", {
      snapshot: asked,
      count: found.length,
      lun: lun.name,
      ids: found.map(({ snapshotId }) => snapshotId),
    });
  }
  return { ...located, snapshot };
}

/** Snapshots of the LUN that fit by name and id, as far as given. */
export async function findSnapshots(
  { nas, lun }: LocatedLun,
  { name, snapshotId }: { name?: string; snapshotId?: string },
  signal?: AbortSignal,
): Promise<NasSnapshot[]> {
  const found: NasSnapshot[] = [];
  for await (const batch of listSnapshots(nas, lun, signal)) {
    for (const row of batch) {
      if ((name === undefined || row.name === name) && (snapshotId === undefined || row.snapshotId === snapshotId))
        found.push(row);
    }
  }
  return found;
}

async function findIndex(nas: Nas, { name, naa }: LunRef, signal: AbortSignal): Promise<number> {
  const entries = await listLunEntries(nas, signal);
  const named = name === undefined ? entries : byName(entries, name);
  const found = naa === undefined ? named : await byNaa(nas, named, naa.toLowerCase(), signal);
  const [only] = found;
  if (!only) throw notFound(nas, { name, naa });
  if (found.length > 1) {
    const naas = await Promise.all(
      found.map(async ({ lunIndex, naa }) => naa ?? (await readLun(nas, lunIndex, signal))?.naa),
    );
    throw new QnapError("LunAmbiguous", { nas: nas.name, lun: name, count: found.length, naas });
  }
  return only.lunIndex;
}

/** By exact name; where none fits exactly, without regard to case, as PowerShell users expect. */
function byName<T extends { name: string }>(entries: T[], name: string): T[] {
  const exact = entries.filter((entry) => entry.name === name);
  return exact.length > 0 ? exact : entries.filter((entry) => entry.name.toLowerCase() === name.toLowerCase());
}

async function byNaa<T extends { lunIndex: number; naa: string | undefined }>(
  nas: Nas,
  entries: T[],
  naa: string,
  signal: AbortSignal,
): Promise<T[]> {
  const found: T[] = [];
  for (const entry of entries) {
    const own = entry.naa ?? (await readLun(nas, entry.lunIndex, signal))?.naa;
    if (own === naa) found.push(entry);
  }
  return found;
}

function mustMatch(
  nas: Nas,
  lun: NasLun,
  asked: { name?: string | undefined; naa?: string | undefined; lunIndex?: number | undefined },
): void {
  const nameFits = asked.name === undefined || lun.name.toLowerCase() === asked.name.toLowerCase();
  const naaFits = !asked.naa || lun.naa === asked.naa.toLowerCase();
  if (nameFits && naaFits) return;
  const { lunIndex, name, naa } = lun;
  throw new QnapError("LunChanged", {
    nas: nas.name,
    lunIndex,
    name,
    naa,
    expectedName: asked.name,
    expectedNaa: asked.naa,
  });
}

function notFound(
  nas: Nas,
  { name, naa, lunIndex }: { name?: string | undefined; naa?: string | undefined; lunIndex?: number | undefined },
): QnapError {
  return new QnapError("LunNotFound", { nas: nas.name, lun: name ?? naa ?? `index ${lunIndex}` });
}
