import type { LunSnapshot } from "../model.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { cgi, type Parameters, paths, readCgi, resultOf, writeCgi } from "./cgi.ts";
import { refusal, snapshotMissing } from "./codes.ts";
import type { Nas } from "./nas.ts";
import { readRest, rest } from "./rest.ts";
import { localTime } from "./time.ts";
import { volumeIdOf } from "./volumes.ts";
import { all, integer, text, type XmlNode } from "./xml.ts";

/** A snapshot as the NAS lists it. Null: this firmware does not tell. */
export type NasSnapshot = Pick<
  LunSnapshot,
  "snapshotId" | "name" | "createTime" | "description" | "vital" | "status"
> & {
  /** Names of instant clones that depend on it. */
  clones: string[];
};

export interface LunKey {
  lunIndex: number;
  name: string;
  naa: string;
}

export interface SnapshotSpec {
  name: string;
  description: string;
  /** 0 = never; always sent, as a missing one means 30 minutes to some callers of this interface (single source). */
  expireMinutes: number;
  vital: boolean;
}

/** The snapshots of a LUN, page by page where the firmware pages. */
export async function* listSnapshots(nas: Nas, lun: LunKey, signal?: AbortSignal): AsyncGenerator<NasSnapshot[]> {
  if (nas.firmware.snapshots === "rest") yield await listByRest(nas, lun, signal);
  else yield* listByCgi(nas, lun, signal);
}

async function* listByCgi(nas: Nas, { lunIndex }: LunKey, signal?: AbortSignal): AsyncGenerator<NasSnapshot[]> {
  const { snapshotPageSize: pageSize, snapshotListParameters } = nas.firmware;
  const seen = new Set<string>();
  for (;;) {
    const page: Parameters = pageSize === undefined ? {} : { snap_start: seen.size, snap_count: pageSize };
    const parameters = { func: "extra_get", LUNIndex: lunIndex, snapshot_list: 1, ...snapshotListParameters, ...page };
    const answer = await readCgi(nas.session, paths.snapshot, parameters, { call: "snapshot list", signal });
    const rows = all(answer, "SnapshotList/row").flatMap(readRow);
    // A firmware that does not page sends the same rows again; one may send fewer than asked for, so only "nothing new" is the end.
    const fresh = rows.filter(({ snapshotId }) => !seen.has(snapshotId));
    for (const { snapshotId } of fresh) seen.add(snapshotId);
    yield fresh;
    if (pageSize === undefined || fresh.length === 0) return;
  }
}

function readRow(row: XmlNode): NasSnapshot[] {
  const snapshotId = text(row, "snapshot_id");
  const name = text(row, "snapshot_name");
  if (snapshotId === undefined || name === undefined) return [];
  const vital = integer(row, "vital");
  return [
    {
      snapshotId,
      name,
      createTime: localTime(text(row, "create_time")),
      description: text(row, "snapshot_description") ?? null,
      vital: vital === undefined ? null : vital === 1,
      status: statusOf(text(row, "status")),
      clones: [],
    },
  ];
}

async function listByRest(nas: Nas, lun: LunKey, signal?: AbortSignal): Promise<NasSnapshot[]> {
  const path = `/snapmgr/v1/volumes/${await volumeIdOf(nas, lun, signal)}/snapshots`;
  const { collection } = await readRest(nas.session, path, { call: "snapshot list", signal });
  return collection.flatMap(readObject);
}

function readObject(row: Record<string, unknown>): NasSnapshot[] {
  const {
    snapshot_id: id,
    snapshot_name: name,
    create_time: created,
    snapshot_description: description,
    vital,
    status,
  } = row;
  if ((typeof id !== "number" && typeof id !== "string") || typeof name !== "string") return [];
  const clone = (row.advance as { instant_clone_name?: unknown } | undefined)?.instant_clone_name;
  return [
    {
      snapshotId: String(id),
      name,
      createTime: localTime(created),
      description: typeof description === "string" && description !== "" ? description : null,
      vital: vital === undefined ? null : vital === 1 || vital === true,
      status: statusOf(status),
      clones: typeof clone === "string" && clone !== "" ? [clone] : [],
    },
  ];
}

/** The coding of `status` is not known: words are what qcli prints, a number is only known to be there (single source). */
function statusOf(status: unknown): NasSnapshot["status"] {
  if (typeof status === "string" && /^removing/i.test(status)) return "Removing";
  if (status === undefined || status === "0" || status === 0 || (typeof status === "string" && /^ready$/i.test(status)))
    return "Ready";
  return "Unknown";
}

/**
 * Asks for a snapshot. Returns when the NAS has accepted, which on some firmware is before the point in time exists; a result of
 * 0 means success or failure depending on the source. Only the list is proof.
 */
export async function createSnapshot(nas: Nas, lun: LunKey, spec: SnapshotSpec): Promise<void> {
  const call = "create snapshot";
  if (nas.firmware.snapshots === "rest") {
    const path = `/snapmgr/v1/volumes/${await volumeIdOf(nas, lun)}/snapshots`;
    const body = {
      snapshot_name: spec.name,
      snapshot_description: spec.description,
      vital: spec.vital ? 1 : 0,
      expire_min: spec.expireMinutes,
    };
    const answer = await rest(nas.session, { method: "POST", path, body }, { call, write: true });
    if (answer.errorCode !== 0) throw refusal(nas.name, call, answer.errorCode, answer.errorMessage);
    return;
  }
  const parameters: Parameters = {
    func: "create_snapshot",
    lunID: lun.lunIndex,
    snapshot_name: spec.name,
    expire_min: spec.expireMinutes,
    vital: spec.vital ? 1 : 0,
    snapshot_type: 0,
    ...(spec.description === "" ? {} : { snapshot_description: spec.description }),
  };
  const { result } = await writeCgi(nas.session, paths.snapshot, parameters, { call });
  if (result < 0) throw refusal(nas.name, call, result);
}

/** Asks for the removal; the NAS removes in the background. A snapshot that is missing already is a success. */
export async function deleteSnapshot(nas: Nas, snapshotId: string): Promise<void> {
  const call = "delete snapshot";
  if (nas.firmware.snapshots === "rest") {
    const answer = await rest(
      nas.session,
      { method: "DELETE", path: `/snapmgr/v1/snapshots/${encodeURIComponent(snapshotId)}` },
      { call, write: true },
    );
    if (answer.errorCode < 0 && !snapshotMissing.has(answer.errorCode))
      throw refusal(nas.name, call, answer.errorCode, answer.errorMessage);
    return;
  }
  await deleteByCgi(nas, snapshotId, call);
}

/** Which verb a firmware knows is contradictory; the wrong one is refused or answered without a result. */
async function deleteByCgi(nas: Nas, snapshotId: string, call: string): Promise<void> {
  let refused: Error = new Unconfirmed(call, "the answer tells no result");
  for (const func of nas.firmware.deleteFunctions) {
    const result = resultOf(
      await cgi(nas.session, paths.snapshot, { func, snapshotID: snapshotId }, { call, write: true }),
    );
    if (result !== undefined && (result >= 0 || snapshotMissing.has(result))) return;
    if (result !== undefined) refused = refusal(nas.name, call, result);
    if (refused instanceof Error && "retryable" in refused && refused.retryable) break;
  }
  throw refused;
}

/** Whether a is newer than b by either sign: the NAS's local time can go back, ids are only assumed to rise. */
export function isNewer(a: NasSnapshot, b: NasSnapshot): boolean {
  const [idA, idB] = [Number(a.snapshotId), Number(b.snapshotId)];
  if (a.createTime !== null && b.createTime !== null && a.createTime > b.createTime) return true;
  return Number.isFinite(idA) && Number.isFinite(idB)
    ? idA > idB
    : a.createTime === b.createTime && a.snapshotId !== b.snapshotId;
}
