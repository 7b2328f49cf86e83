import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import { clonesOf, findVolume, lunOfVolume, placesOf, snapshotsOf } from "../model/find.ts";
import {
  createLun,
  fitsProduct,
  growVolume,
  type LunSpec,
  nameTaken,
  nextLunIndex,
  removeVolume,
} from "../model/luns.ts";
import { allocatedBytes, findPool, freeBytes, hasRoom } from "../model/pools.ts";
import type { Volume } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import { fail, type RestAnswer } from "./answer.ts";
import { type Body, number, object, text, truthy } from "./body.ts";
import type { Ids, RestCall } from "./dispatch.ts";
import { deviceName } from "./luns.ts";

function pools({ nas }: Call): RestAnswer {
  const collection = nas.state.pools.map((pool) => ({
    pool_id: pool.poolId,
    pool_status: 0,
    capacity: {
      capacity_bytes: pool.capacityBytes,
      allocated_bytes: allocatedBytes(nas, pool.poolId),
      free_bytes: freeBytes(nas, pool),
    },
  }));
  return { collection };
}

/** volume_type 3 is a zvol; -1 as lun_index: no LUN stands before it. */
function volumeRow(nas: Nas, volume: Volume) {
  const total = volume.sizeBytes;
  const used = volume.thin ? 0 : total;
  return {
    volume_id: volume.volumeId,
    volume_label: volume.label,
    volume_type: 3,
    pool: { id: volume.poolId },
    lun_index: volume.creating ? -1 : (lunOfVolume(nas, volume.volumeId)?.lunIndex ?? -1),
    creating: volume.creating,
    mapping_name: deviceName(volume),
    provision_type: volume.thin ? "thin" : "thick",
    threshold: volume.threshold,
    size: { total, used, free: total - used },
  };
}

function one({ nas }: Call, { volume: id }: Ids): RestAnswer {
  const volume = findVolume(nas, id);
  return volume ? { single: volumeRow(nas, volume) } : fail(codes.notFound);
}

function specOf(json: Body): LunSpec {
  return {
    name: text(json.label),
    poolId: number(json.pool_id) ?? 0,
    sizeBytes: number(json.capacity) ?? 0,
    thin: text(json.provision_type) !== "thick",
    sectorSize: 512,
    threshold: number(json.threshold) ?? 80,
    ssdCache: truthy(json.read_cache_enable),
  };
}

/** Asynchronous: the volume is `creating` and without LUN for a while. */
function create({ nas, json }: Call): RestAnswer {
  const spec = specOf(json);
  const wantsLun = truthy(object(json.iscsi).create_lun);
  if (text(json.type) !== "zvol" || !wantsLun || spec.name === "") return fail(codes.badParameter);
  if (spec.sizeBytes <= 0 || !fitsProduct(nas, spec.sizeBytes)) return fail(codes.badParameter);
  if (nameTaken(nas, spec.name)) return fail(codes.exists);
  if (!findPool(nas, spec.poolId) || nas.state.luns.length >= nas.profile.limits.luns) return fail(codes.failed);
  if (!spec.thin && !hasRoom(nas, spec.poolId, spec.sizeBytes))
    return fail(codes.failed, "Not enough space in the pool");
  return { single: { volume_id: nas.state.nextVolumeId }, effect: () => createLun(nas, nextLunIndex(nas), spec) };
}

/** Order: unmap, clones, snapshots, volume; an orphan cannot be deleted at all (single source). */
function remove({ nas }: Call, { volume: id }: Ids): RestAnswer {
  const volume = findVolume(nas, id);
  if (!volume) return fail(codes.notFound);
  const lun = lunOfVolume(nas, volume.volumeId);
  if (!lun || lun.status === "removing") return fail(codes.failed);
  if (placesOf(nas, lun.lunIndex).length > 0) return fail(codes.inUse);
  const snapshots = snapshotsOf(nas, volume.volumeId);
  if (snapshots.some(({ snapshotId }) => clonesOf(nas, snapshotId).length > 0)) return fail(codes.hasClone);
  const left = snapshots.filter(({ status }) => status === "ready");
  if (left.length > 0 && !nas.quirks.get("volumeDeleteCascades")) return fail(codes.failed, "Dataset has snapshots");
  return { effect: () => removeVolume(nas, volume) };
}

/** A sub-resource: what a client may change about a volume. */
function change(apply: (nas: Nas, volume: Volume, json: Body) => Promise<void>): RestCall {
  return {
    changes: "volume.edit",
    run: ({ nas, json }, { volume: id }) => {
      const volume = findVolume(nas, id);
      return volume ? { effect: () => applyEdit(nas, volume, json, apply) } : fail(codes.notFound);
    },
  };
}

async function applyEdit(
  nas: Nas,
  volume: Volume,
  json: Body,
  apply: (nas: Nas, volume: Volume, json: Body) => Promise<void>,
): Promise<void> {
  await apply(nas, volume, json);
  nas.effects.add("volume.edit", volume.volumeId, { label: volume.label, sizeBytes: volume.sizeBytes });
  await nas.exports.sync();
}

async function reshape(nas: Nas, volume: Volume, json: Body): Promise<void> {
  const bytes = number(json.capacity);
  if (bytes !== undefined && bytes > volume.sizeBytes) await growVolume(nas, volume, bytes);
}

/** The LUN keeps its name unless the client says update_lun. */
async function relabel(nas: Nas, volume: Volume, json: Body): Promise<void> {
  const lun = lunOfVolume(nas, volume.volumeId);
  volume.label = text(json.label) || volume.label;
  if (lun && truthy(object(json.iscsi).update_lun)) lun.name = volume.label;
}

async function setThreshold(_nas: Nas, volume: Volume, json: Body): Promise<void> {
  volume.threshold = number(json.threshold) ?? volume.threshold;
}

async function setReadCache(_nas: Nas, volume: Volume, json: Body): Promise<void> {
  volume.ssdCache = truthy(json.enable);
}

export const volumeCalls: Record<string, RestCall> = {
  "GET storage/v1/pools": { run: pools },
  "GET storage/v1/volumes": {
    run: ({ nas }) => ({ collection: nas.state.volumes.map((volume) => volumeRow(nas, volume)) }),
  },
  "GET storage/v1/volumes/:volume": { run: one },
  "POST storage/v1/volumes": { changes: "lun.create", run: create },
  "DELETE storage/v1/volumes/:volume": { changes: "volume.remove", run: remove },
  "PUT storage/v1/volumes/:volume/reshaping": change(reshape),
  "PUT storage/v1/volumes/:volume/label": change(relabel),
  "PUT storage/v1/volumes/:volume/threshold": change(setThreshold),
  "PUT storage/v1/volumes/:volume/read_cache": change(setReadCache),
};
