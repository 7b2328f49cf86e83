import { QnapError } from "../errors.ts";
import type { Lun } from "../model.ts";
import { cgi, paths, readCgi, resultOf, writeCgi } from "./cgi.ts";
import { refusal } from "./codes.ts";
import type { Nas } from "./nas.ts";
import { rest } from "./rest.ts";
import { volumeIdOf } from "./volumes.ts";
import { all, at, integer, text, type XmlNode } from "./xml.ts";

/** A LUN as the NAS tells it in one answer; who is logged in stands in the target list. */
export type NasLun = Omit<Lun, "nas" | "targets" | "initiators"> & {
  targets: { targetIndex: number; lunNumber: number; enabled: boolean }[];
};

export interface LunEntry {
  lunIndex: number;
  name: string;
  /** Not told by every list. */
  naa: string | undefined;
}

/** Index and name of every LUN, in one call. */
export async function listLunEntries(nas: Nas, signal?: AbortSignal): Promise<LunEntry[]> {
  for (const selector of nas.firmware.lunLists) {
    const answer = await cgi(
      nas.session,
      paths.portal,
      { func: "extra_get", [selector]: 1 },
      { call: "LUN list", signal },
    );
    const rows = [...all(answer, "iSCSILUNList/LUNInfo"), ...all(answer, "LUNInfo/row")];
    // Neither rows nor a good result means that this firmware does not know the selector (confirmed by two sources).
    if (rows.length > 0 || (resultOf(answer) ?? -1) >= 0) return rows.flatMap(readEntry);
  }
  throw new QnapError("NasAnswerUnreadable", {
    nas: nas.name,
    call: "LUN list",
    reason: "no form of the LUN list is understood",
  });
}

function readEntry(row: XmlNode): LunEntry[] {
  const lunIndex = integer(row, "LUNIndex");
  const name = text(row, "LUNName");
  return lunIndex === undefined || name === undefined
    ? []
    : [{ lunIndex, name, naa: text(row, "LUNNAA")?.toLowerCase() }];
}

/** One LUN by its index; undefined when there is none (a negative result, or a row without a name: both are seen). */
export async function readLun(nas: Nas, lunIndex: number, signal?: AbortSignal): Promise<NasLun | undefined> {
  const parameters = { func: "extra_get", lun_info: 1, lunID: lunIndex };
  const answer = await cgi(nas.session, paths.portal, parameters, { call: "LUN information", signal });
  const row = at(answer, "LUNInfo/row");
  const name = text(row, "LUNName");
  if (row === undefined || name === undefined || integer(row, "LUNIndex") !== lunIndex) {
    const result = resultOf(answer);
    if (row === undefined && (result === undefined || result === -1)) await mustBeGone(nas, lunIndex, signal);
    return undefined;
  }
  return {
    lunIndex,
    name,
    sizeBytes: sizeOf(row),
    naa: text(row, "LUNNAA")?.toLowerCase() ?? "",
    status: statusOf(row),
    thin: integer(row, "LUNThinAllocate") === 1,
    sectorBytes: integer(row, "LUNSectorSize") ?? 512,
    poolId: integer(row, "poolID") ?? null,
    snapshotCount: integer(row, "snapshot_count") ?? null,
    targets: all(row, "LUNTargetList/row").flatMap(readMapping),
  };
}

/** What page 0x80 is likely to tell of it; the two are not known to be the same (qts-api.md 9, question 17). */
export async function readLunSerial(nas: Nas, lunIndex: number): Promise<string> {
  const parameters = { func: "extra_get", lun_info: 1, lunID: lunIndex };
  const answer = await readCgi(nas.session, paths.portal, parameters, { call: "LUN information" });
  return text(at(answer, "LUNInfo/row"), "LUNSerialNum") ?? "";
}

/** -1 is also what a NAS says that is merely out of sorts: "absent" must not rest on it alone. */
async function mustBeGone(nas: Nas, lunIndex: number, signal?: AbortSignal): Promise<void> {
  const listed = (await listLunEntries(nas, signal)).some((entry) => entry.lunIndex === lunIndex);
  if (listed)
    throw new QnapError("NasAnswerUnreadable", {
      nas: nas.name,
      call: "LUN information",
      reason: `it lists LUN ${lunIndex} but does not tell about it`,
    });
}

function readMapping(row: XmlNode): NasLun["targets"] {
  const targetIndex = integer(row, "targetIndex");
  if (targetIndex === undefined) return [];
  return [{ targetIndex, lunNumber: integer(row, "LUNNumber") ?? 0, enabled: integer(row, "LUNEnable") === 1 }];
}

/** LUNStatus 0 busy, 1 and 2 usable, negative removing or broken (confirmed); -1 is told apart by isRemoving. */
function statusOf(row: XmlNode): Lun["status"] {
  const status = integer(row, "LUNStatus") ?? 1;
  if (integer(row, "isRemoving") === 1 || text(row, "isRemoving") === "yes") return "Removing";
  if (status === 0) return "Creating";
  return status < 0 ? "Error" : "Ready";
}

function sizeOf(row: XmlNode): number {
  const bytes = integer(row, "capacity_bytes");
  if (bytes !== undefined && bytes > 0) return bytes;
  const [, amount, unit] = /^([\d.]+)\s*([GTM])/i.exec(text(row, "LUNCapacity") ?? "") ?? [];
  const power = { m: 2, g: 3, t: 4 }[(unit ?? "g").toLowerCase()] ?? 3;
  return Math.round(Number(amount ?? 0) * 1024 ** power);
}

/** Starts the removal of a LUN that is on no target. The NAS removes it in the background. */
export async function removeLun(nas: Nas, lun: NasLun, signal?: AbortSignal): Promise<void> {
  const call = "remove LUN";
  if (nas.identity.family === "QuTS hero") {
    // Deleting only the LUN would leave its volume behind, which then cannot be deleted (single source).
    const path = `/storage/v1/volumes/${await volumeIdOf(nas, lun, signal)}`;
    const answer = await rest(nas.session, { method: "DELETE", path }, { call, write: true });
    if (answer.errorCode !== 0) throw refusal(nas.name, call, answer.errorCode, answer.errorMessage);
    return;
  }
  const parameters = { func: "remove_lun", LUNIndex: lun.lunIndex, run_background: 1, ha_sync: 1 };
  const { result } = await writeCgi(nas.session, paths.lun, parameters, { call });
  if (result < 0) throw refusal(nas.name, call, result);
}

/** Free bytes of a pool; undefined where the firmware does not tell (404 was seen on QTS 5.2.9). */
export async function freePoolBytes(nas: Nas, poolId: number, signal?: AbortSignal): Promise<number | undefined> {
  try {
    const parameters = { func: "extra_get", Pool_Info: 1, poolID: poolId, store: "poolInfo" };
    const answer = await readCgi(nas.session, paths.disk, parameters, { call: "pool information", signal });
    return integer(answer, "Pool_Index/row/freesize_bytes");
  } catch (error) {
    if (error instanceof QnapError && (error.code === "NotSupportedByFirmware" || error.code === "NasError"))
      return undefined;
    throw error;
  }
}
