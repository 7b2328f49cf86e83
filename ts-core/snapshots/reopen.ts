import { QnapError } from "../errors.ts";
import { listLunEntries, type NasLun, readLun } from "../nas/luns.ts";
import type { Nas } from "../nas/nas.ts";
import type { Context } from "../rpc/operation.ts";
import type { JournalEntry } from "../state/journal.ts";
import type { LocatedLun } from "./locate.ts";

/** A LUN as a journal remembers it. */
export interface RememberedLun {
  nas: string;
  serial: string;
  lunIndex: number;
  lunName: string;
  naa: string;
}

/** Every LUN that a journal names in a write that it announces. */
export function rememberedLuns(entries: JournalEntry[]): RememberedLun[] {
  const named = entries.flatMap(
    ({ lun, snapshots }) => [lun, ...(Array.isArray(snapshots) ? snapshots : [])] as (RememberedLun | undefined)[],
  );
  return [...new Map(named.flatMap((lun) => (lun ? [[lun.naa, lun]] : []))).values()];
}

/** The NAS of a journal. Refuses another one under the old name. */
export async function reopenNas({ nas: name, serial }: RememberedLun, context: Context): Promise<Nas> {
  const nas = await context.machine.nas.open(name, context);
  if (nas.identity.serialNumber === serial) return nas;
  throw new QnapError("NasNotConnected", { nas: `${name} (serial number ${serial})` });
}

/** The LUN of a journal as it is now, by its NAA: it may have another index. Refuses any other LUN. */
export async function reopenLun(remembered: RememberedLun, context: Context): Promise<LocatedLun> {
  const { lunIndex, lunName, naa } = remembered;
  const nas = await reopenNas(remembered, context);
  const lun = await findByNaa(nas, lunIndex, naa);
  if (!lun) throw new QnapError("LunNotFound", { nas: nas.name, lun: lunName });
  return { nas, lun };
}

async function findByNaa(nas: Nas, lunIndex: number, naa: string): Promise<NasLun | undefined> {
  const there = await readLun(nas, lunIndex);
  if (there?.naa === naa) return there;
  for (const entry of await listLunEntries(nas)) {
    const lun = entry.naa === undefined || entry.naa === naa ? await readLun(nas, entry.lunIndex) : undefined;
    if (lun?.naa === naa) return lun;
  }
  return undefined;
}

export function remember({ nas, lun }: LocatedLun): RememberedLun {
  return { nas: nas.name, serial: nas.identity.serialNumber, lunIndex: lun.lunIndex, lunName: lun.name, naa: lun.naa };
}
