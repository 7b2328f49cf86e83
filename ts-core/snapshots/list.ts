import { QnapError } from "../errors.ts";
import type { LunRef, LunSnapshot, VmInSnapshot } from "../model.ts";
import { listLunEntries, type NasLun, readLun } from "../nas/luns.ts";
import { listSnapshots as listOnNas, type NasSnapshot } from "../nas/snapshots.ts";
import { inOrder } from "../parallel.ts";
import type { Context } from "../rpc/operation.ts";
import type { SnapshotRecord } from "../state/catalogue.ts";
import { hasWildcard, matcher } from "../wildcard.ts";
import { type LocatedLun, locateLuns } from "./locate.ts";
import { openWanted } from "./lunList.ts";
import { operationIdIn } from "./names.ts";

const readWidth = 4;

interface Wanted {
  nas?: string;
  lun?: LunRef;
  lunName?: string;
  name?: string;
  snapshotId?: string;
}

/** Sends the snapshots LUN by LUN; returns how many. A name without wildcards that fits nothing is an error. */
export async function listSnapshots(wanted: Wanted, context: Context): Promise<number> {
  const fits = matcher(wanted.name ?? "*");
  let count = 0;
  for await (const located of wantedLuns(wanted, context)) {
    const records = await context.machine.catalogue.snapshots(located.lun.naa);
    for await (const batch of listOnNas(located.nas, located.lun, context.signal)) {
      const rows = batch
        .filter(
          ({ name, snapshotId }) => fits(name) && (wanted.snapshotId === undefined || snapshotId === wanted.snapshotId),
        )
        .map((snapshot) => describe(located, snapshot, records.get(snapshot.name)));
      count += rows.length;
      if (rows.length > 0) await context.rows(rows);
    }
  }
  if (count === 0) mustBePattern(wanted);
  return count;
}

function mustBePattern({ nas, lun, lunName, name, snapshotId }: Wanted): void {
  const exact = snapshotId ?? (name !== undefined && !hasWildcard(name) ? name : undefined);
  if (exact === undefined) return;
  throw new QnapError("SnapshotNotFound", {
    snapshot: exact,
    lun: lun?.name ?? lun?.naa ?? lunName ?? "(any)",
    nas: lun?.nas ?? nas ?? "any known NAS",
  });
}

async function* wantedLuns({ nas, lun, lunName }: Wanted, context: Context): AsyncGenerator<LocatedLun> {
  if (lun) return yield* await locateLuns({ ...(nas === undefined ? {} : { nas }), ...lun }, context);
  const fits = matcher(lunName ?? "*");
  let count = 0;
  for (const open of await openWanted(nas, context)) {
    const entries = (await listLunEntries(open, context.signal)).filter(({ name }) => fits(name));
    for await (const found of inOrder(entries, readWidth, ({ lunIndex }) => readLun(open, lunIndex, context.signal))) {
      count++;
      if (found) yield { nas: open, lun: found };
    }
  }
  if (count === 0 && lunName !== undefined && !hasWildcard(lunName))
    throw new QnapError("LunNotFound", { lun: lunName, nas: nas ?? "any known NAS" });
}

/** What the NAS tells, with our evidence beside it. Without evidence there is no label: Unverified. */
export function describe(
  { nas, lun }: { nas: LocatedLun["nas"]; lun: NasLun },
  snapshot: NasSnapshot,
  record: SnapshotRecord | undefined,
): LunSnapshot {
  const operationId = operationIdIn(snapshot.name);
  const ours = record !== undefined && record.operationId === operationId && record.snapshotId === snapshot.snapshotId;
  const { clones, ...told } = snapshot;
  return {
    nas: nas.name,
    lunName: lun.name,
    lunIndex: lun.lunIndex,
    lunNaa: lun.naa,
    ...told,
    createTimeUtc: record?.createTimeUtc ?? null,
    consistency: ours ? record.consistency : "Unverified",
    freezeMs: record?.freezeMs ?? null,
    vms: ours ? (record.vms?.map(labelOf) ?? null) : null,
    writers: ours ? (record.writers ?? null) : null,
    reason: ours ? (record.reason ?? null) : null,
    ours,
    operationId: operationId ?? null,
    description: told.description ?? record?.description ?? null,
    vital: told.vital ?? record?.vital ?? null,
    expireTimeUtc: record?.expireTimeUtc ?? null,
  };
}

/** Where a VM belongs stays in the catalogue: with 2,000 VMs a row must still fit in a message. */
function labelOf({ name, consistency, reason, powerState, guest, path }: VmInSnapshot) {
  return { name, consistency, reason, powerState, guest, path };
}
