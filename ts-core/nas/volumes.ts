import { QnapError } from "../errors.ts";
import type { Nas } from "./nas.ts";
import { readRest } from "./rest.ts";

/** The volume behind a LUN on QuTS hero: REST names snapshots by it, joined through volumes.lun_index (single source). */
export async function volumeIdOf(
  nas: Nas,
  lun: { lunIndex: number; name: string; naa: string },
  signal?: AbortSignal,
): Promise<number> {
  const known = nas.volumeIds.get(lun.naa);
  if (known !== undefined) return known;
  const { collection } = await readRest(nas.session, "/storage/v1/volumes", { call: "volume list", signal });
  const volumeId = collection.find((row) => isIndex(row.lun_index, lun.lunIndex))?.volume_id;
  if (typeof volumeId !== "number") {
    throw new QnapError("NasAnswerUnreadable", {
      nas: nas.name,
      call: "volume list",
      reason: `no volume belongs to LUN ${lun.lunIndex}`,
    });
  }
  if (lun.naa !== "") nas.volumeIds.set(lun.naa, volumeId);
  return volumeId;
}

/** null, "" and false are no index, though each counts as 0: a volume named by mistake would be deleted. */
function isIndex(told: unknown, lunIndex: number): boolean {
  return told === lunIndex || (typeof told === "string" && /^\d+$/.test(told) && Number(told) === lunIndex);
}
