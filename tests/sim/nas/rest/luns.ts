import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import { findLun, lunOfVolume, placesOf, volumeOf } from "../model/find.ts";
import { newLun, nextLunIndex, removeLun } from "../model/luns.ts";
import { gib, type Lun, type Volume } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import { fail, type RestAnswer } from "./answer.ts";
import { number, text } from "./body.ts";
import type { Ids, RestCall } from "./dispatch.ts";

export const deviceName = (volume: Volume): string => `zpool${volume.poolId}/zfs${volume.volumeId}`;

function lunRow(nas: Nas, lun: Lun) {
  const volume = volumeOf(nas, lun);
  return {
    lun_index: lun.lunIndex,
    lun_name: lun.name,
    blkdev_name: deviceName(volume),
    lun_naa: lun.naaKnown ? lun.naa : "",
    lun_capacity: lun.reportedGiB ?? volume.sizeBytes / gib,
    lun_thin_allocate: volume.thin,
    lun_threshold: volume.threshold,
    lun_sector_size: volume.sectorSize,
    lun_serial_num: lun.serial,
    mapped: placesOf(nas, lun.lunIndex).length > 0,
  };
}

/** Registers a zvol that exists. A device that does not: success, and nothing happens (single source). */
function register({ nas, json }: Call): RestAnswer {
  const volume = nas.state.volumes.find((other) => deviceName(other) === text(json.blkdev_name));
  if (!volume || lunOfVolume(nas, volume.volumeId)) return {};
  return { effect: () => registerNow(nas, volume, text(json.lun_name) || volume.label) };
}

async function registerNow(nas: Nas, volume: Volume, name: string): Promise<void> {
  const lun = newLun(nas, volume, nextLunIndex(nas), name);
  lun.status = "ready";
  lun.naaKnown = true;
  nas.effects.add("lun.create", lun.lunIndex, { name, volumeId: volume.volumeId });
}

/** Changes what is reported, not the size (single source). */
function edit({ nas, json }: Call, { lun: index }: Ids): RestAnswer {
  const lun = findLun(nas, index);
  if (!lun) return fail(codes.notFound);
  const capacity = number(json.lun_capacity);
  if (capacity === undefined) return {};
  const effect = async (): Promise<void> => {
    lun.reportedGiB = capacity;
  };
  return { effect };
}

/** Leaves its volume behind as an orphan. */
function remove({ nas }: Call, { lun: index }: Ids): RestAnswer {
  const lun = findLun(nas, index);
  if (!lun) return fail(codes.notFound);
  if (placesOf(nas, lun.lunIndex).length > 0) return fail(codes.busy);
  return { effect: async () => removeLun(nas, lun) };
}

function service({ nas }: Call): RestAnswer {
  const { luns, targets } = nas.profile.limits;
  const port = Number(nas.exports.backend.portals[0]?.split(":")[1] ?? 3260);
  return { single: { enable: true, port, max_target_cnt: targets, max_lun_cnt: luns } };
}

export const lunCalls: Record<string, RestCall> = {
  "GET iscsi/v1/luns": { run: ({ nas }) => ({ collection: nas.state.luns.map((lun) => lunRow(nas, lun)) }) },
  "POST iscsi/v1/luns": { changes: "lun.create", run: register },
  "PUT iscsi/v1/luns/:lun": { changes: "lun.edit", run: edit },
  "DELETE iscsi/v1/luns/:lun": { changes: "lun.remove", run: remove },
  "GET iscsi/v1/service": { run: service },
};
