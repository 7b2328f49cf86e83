import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import { findVolume, lunOfVolume } from "../model/find.ts";
import { allocatedBytes, findPool, freeBytes } from "../model/pools.ts";
import { gib, type Pool, type Volume } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import type { Answer } from "./answer.ts";
import { type CgiFunctions, code, select } from "./function.ts";
import { type Element, el, fields } from "./xml.ts";

/** On some firmware only the volume calls exist (single source). */
function poolCall(answer: (nas: Nas, call: Call) => Answer): (call: Call) => Answer {
  return (call) => (call.nas.quirks.get("poolCalls404") ? { status: 404 } : answer(call.nas, call));
}

function poolRow(nas: Nas, pool: Pool): Element {
  const row = {
    poolID: pool.poolId,
    pool_status: "0",
    capacity_bytes: pool.capacityBytes,
    allocated_bytes: allocatedBytes(nas, pool.poolId),
    freesize_bytes: freeBytes(nas, pool),
    pool_threshold: 80,
    pool_over_threshold: 0,
    pool_type: 1,
  };
  return el("row", fields(row));
}

function poolInfo(nas: Nas, { params }: Call): Answer {
  const pool = findPool(nas, params.int("poolID"));
  return pool ? { own: [el("Pool_Index", [poolRow(nas, pool)])], result: 0 } : code(codes.failed);
}

function poolIndex(nas: Nas): Answer {
  const rows = nas.state.pools.map(({ poolId }) => el("row", fields({ poolID: poolId })));
  return { own: [el("Pool_Index", rows)], result: 0 };
}

function poolSubscription(nas: Nas, { params }: Call): Answer {
  const pool = findPool(nas, params.int("poolID"));
  if (!pool) return code(codes.failed);
  const volumes = nas.state.volumes.filter((volume) => volume.poolId === pool.poolId);
  const sum = (thin: boolean) => volumes.filter((v) => v.thin === thin).reduce((bytes, v) => bytes + v.sizeBytes, 0);
  const free = freeBytes(nas, pool);
  const row = {
    poolID: pool.poolId,
    capacity_bytes: pool.capacityBytes,
    freesize_bytes: free,
    max_thick_create_size_bytes: free - (free % gib),
    thinVolTotal: 0,
    thinLUNTotal: sum(true),
    thickVolTotal: 0,
    thickLUNTotal: sum(false),
    vaultTotal: 0,
    snapshot_bytes: 0,
  };
  return { own: [el("PoolSubscription", fields(row))], result: 0 };
}

function volumeRow(nas: Nas, volume: Volume): Element {
  const lun = lunOfVolume(nas, volume.volumeId);
  const row = {
    vol_no: volume.volumeId,
    vol_status: volume.creating ? "-1" : "0",
    vol_label: volume.label,
    LUNIndex: lun ? String(lun.lunIndex) : "--",
    volume_type: volume.thin ? 4 : 3,
    static_volume: 0,
    poolID: volume.poolId,
    volume_ui_type: 1,
    lv_type: volume.thin ? 2 : 1,
    creating: volume.creating ? 1 : 0,
    baseID: volume.volumeId,
    mappingName: `/dev/mapper/cachedev${volume.volumeId}`,
  };
  return el("row", fields(row));
}

function volumeList(nas: Nas, volumes: Volume[]): Answer {
  const rows = volumes.map((volume) => volumeRow(nas, volume));
  return { own: [el("Volume_Index", rows), el("vol_creating_process")], result: 0 };
}

function volumeInfo({ nas, params }: Call): Answer {
  const volume = findVolume(nas, params.int("volumeID"));
  return volume ? volumeList(nas, [volume]) : code(codes.volumeMissing);
}

function poolVolumes(nas: Nas, { params }: Call): Answer {
  const poolId = params.int("poolID");
  const volumes = nas.state.volumes.filter((volume) => volume.poolId === poolId);
  return findPool(nas, poolId) ? volumeList(nas, volumes) : code(codes.failed);
}

/** disk_manage.cgi: reads only; creating pools and volumes is not for clients of LUNs. */
export const diskFunctions: CgiFunctions = {
  extra_get: select({
    Pool_Info: poolCall(poolInfo),
    extra_pool_index: poolCall(poolIndex),
    Pool_Subs: poolCall(poolSubscription),
    Pool_Vol_Info: poolCall(poolVolumes),
    extra_vol_index: ({ nas }) => volumeList(nas, nas.state.volumes),
    Volume_Info: volumeInfo,
  }),
};
