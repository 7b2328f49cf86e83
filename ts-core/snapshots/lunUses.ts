import type { Lun, LunConsumer } from "../model.ts";
import type { Consumer } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import { type WantedLuns, wantedLuns } from "./lunList.ts";

const rowsPerBatch = 500;

/** Sends a row for every datastore, host and VM that is known to hang on a LUN; returns how many. */
export async function listConsumers(wanted: WantedLuns, context: Context): Promise<number> {
  const consumers = await context.machine.consumers.all(context);
  let count = 0;
  for await (const { lun } of wantedLuns(wanted, context)) {
    const uses = await usesOf(lun, consumers, context.signal);
    if (uses.length === 0) context.verbose(unused(lun, consumers));
    const members = uses.flatMap((use) => use.members());
    const rows = members.map((member): LunConsumer => ({ ...namesOf(lun), ...member }));
    count += rows.length;
    await sendRows(rows, context);
  }
  return count;
}

/** How each consumer uses the LUN, matched by NAA; one that has none yet is used by nobody. */
export async function usesOf({ naa }: Pick<Lun, "naa">, consumers: readonly Consumer[], signal: AbortSignal) {
  if (naa === "") return [];
  const found = await Promise.all(consumers.map((consumer) => consumer.find(naa, signal)));
  return found.filter((use) => use !== undefined);
}

export function unused({ name, naa }: Lun, consumers: readonly Consumer[]): string {
  if (consumers.length === 0)
    return `Nobody can be asked who uses LUN '${name}': no vCenter is stored. Set-QnapVMwareSetting stores one.`;
  const asked = consumers.map((consumer) => consumer.name).join(", ");
  return `No datastore lies on LUN '${name}' (NAA ${naa}) in ${asked}.`;
}

export function namesOf({ nas, name, naa }: Lun) {
  return { nas, lunName: name, lunNaa: naa };
}

export async function sendRows(rows: readonly unknown[], context: Context): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsPerBatch)
    await context.rows(rows.slice(from, from + rowsPerBatch));
}
