import { QnapError } from "../errors.ts";
import type { Lun, LunConnection, LunRef } from "../model.ts";
import { listLunEntries, type NasLun, readLun } from "../nas/luns.ts";
import type { Nas } from "../nas/nas.ts";
import { listTargets, type NasTarget } from "../nas/targets.ts";
import { inOrder } from "../parallel.ts";
import type { Context } from "../rpc/operation.ts";
import { hasWildcard, matcher } from "../wildcard.ts";
import { locateLuns } from "./locate.ts";

/** Reads of LUNs under way at a time: a NAS sweeps its labels for each, so more would only queue there. */
const readWidth = 4;

interface Wanted {
  nas?: string | undefined;
  name?: string | undefined;
  naa?: string | undefined;
}

/** Sends a row for each LUN as it is read; returns how many. A name without wildcards that fits nothing is an error. */
export async function listLuns(wanted: Wanted, context: Context): Promise<number> {
  let count = 0;
  for (const nas of await openWanted(wanted.nas, context)) {
    for await (const lun of readLuns(nas, wanted, context.signal)) {
      count++;
      await context.rows([lun]);
    }
  }
  const exact = wanted.naa ?? (wanted.name !== undefined && !hasWildcard(wanted.name) ? wanted.name : undefined);
  if (count === 0 && exact !== undefined)
    throw new QnapError("LunNotFound", { lun: exact, nas: wanted.nas ?? "any known NAS" });
  return count;
}

/** Sends a row for each initiator that is logged in to a target of the LUN, or of any LUN. */
export async function listConnections(wanted: WantedLuns, context: Context): Promise<number> {
  let count = 0;
  for await (const { lun } of wantedLuns(wanted, context)) {
    const rows = connectionsOf(lun);
    count += rows.length;
    if (rows.length > 0) await context.rows(rows);
  }
  return count;
}

export interface WantedLuns {
  /** Undefined: all. */
  lun?: LunRef;
  nas?: string;
}

/** The LUN that a request means, on every NAS where it is; those that fit, where its name has wildcards; or all LUNs. */
export async function* wantedLuns({ lun, nas }: WantedLuns, context: Context): AsyncGenerator<{ nas: Nas; lun: Lun }> {
  const wanted: Wanted[] = lun ? await exactly({ ...(nas === undefined ? {} : { nas }), ...lun }, context) : [{ nas }];
  for (const each of wanted) {
    for (const open of await openWanted(each.nas, context)) {
      for await (const found of readLuns(open, each, context.signal)) yield { nas: open, lun: found };
    }
  }
}

/** The named NAS, or all that are known. */
export async function openWanted(name: string | undefined, context: Context): Promise<Nas[]> {
  const directory = context.machine.nas;
  const names = name === undefined ? await directory.names() : [name];
  if (names.length === 0) throw new QnapError("NoNasKnown");
  return Promise.all(names.map((each) => directory.open(each, context)));
}

async function exactly(ref: LunRef, context: Context): Promise<Wanted[]> {
  if (ref.naa === undefined && hasWildcard(ref.name ?? "")) return [ref];
  const located = await locateLuns(ref, context);
  return located.map(({ nas, lun }) => ({ nas: nas.name, name: lun.name, naa: lun.naa }));
}

async function* readLuns(nas: Nas, { name, naa }: Wanted, signal: AbortSignal): AsyncGenerator<Lun> {
  const fits = matcher(name ?? "*");
  const wantedNaa = naa?.toLowerCase();
  const entries = (await listLunEntries(nas, signal)).filter(
    (entry) => fits(entry.name) && (wantedNaa === undefined || entry.naa === undefined || entry.naa === wantedNaa),
  );
  if (entries.length === 0) return;
  const targets = await listTargets(nas, signal);
  for await (const lun of inOrder(entries, readWidth, ({ lunIndex }) => readLun(nas, lunIndex, signal))) {
    // One that vanished between the list and the look is simply no longer listed.
    if (lun && (wantedNaa === undefined || lun.naa === wantedNaa)) yield withTargets(nas, lun, targets);
  }
}

/** The LUN as users see it, with its targets and who is logged in to them. */
export function withTargets(nas: Nas, lun: NasLun, targets: NasTarget[]): Lun {
  const own = lun.targets.map((mapping) => {
    const target = targets.find(({ targetIndex }) => targetIndex === mapping.targetIndex);
    return { ...mapping, targetName: target?.name ?? "", iqn: target?.iqn ?? "", initiators: target?.initiators ?? [] };
  });
  return {
    nas: nas.name,
    ...lun,
    targets: own.map(({ initiators, ...target }) => target),
    initiators: own.flatMap(({ initiators }) => initiators),
  };
}

function connectionsOf({ nas, name, naa, targets, initiators }: Lun): LunConnection[] {
  return initiators.map((initiator) => ({
    nas,
    lunName: name,
    lunNaa: naa,
    lunNumber: targets.find(({ iqn }) => iqn === initiator.targetIqn)?.lunNumber ?? 0,
    targetIqn: initiator.targetIqn,
    initiatorIqn: initiator.iqn,
    address: initiator.address,
  }));
}
