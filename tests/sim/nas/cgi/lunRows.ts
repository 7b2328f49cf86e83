import { codes } from "../codes.ts";
import { findLun, placesOf, snapshotsOf, volumeOf } from "../model/find.ts";
import { gib, type Lun } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import type { Answer } from "./answer.ts";
import { code } from "./function.ts";
import { type Element, el, fields } from "./xml.ts";

/** 0 busy, 1 ready and unmapped, 2 mapped, -1 removing (confirmed but for -1: sources contradict). */
function statusOf(nas: Nas, lun: Lun): number {
  if (lun.status === "removing") return -1;
  if (lun.status !== "ready") return 0;
  return placesOf(nas, lun.lunIndex).length > 0 ? 2 : 1;
}

function capacity(nas: Nas, bytes: number): string {
  return `${bytes / gib} GB${nas.quirks.get("capacityNewline") ? "\n" : ""}`;
}

const isEnabled = (nas: Nas, lun: Lun): boolean => placesOf(nas, lun.lunIndex).some(({ mapping }) => mapping.enabled);

export function lunFields(nas: Nas, lun: Lun): Element[] {
  const volume = volumeOf(nas, lun);
  const mapped = placesOf(nas, lun.lunIndex).length > 0;
  const texts = fields({
    LUNIndex: String(lun.lunIndex),
    LUNName: lun.name,
    LUNPath: lun.name,
    LUNVolFree: "--",
    LUNCapacity: capacity(nas, volume.sizeBytes),
    LUNStatus: String(statusOf(nas, lun)),
    LUNOPPercent: "0",
    LUNEnable: isEnabled(nas, lun) ? "1" : "0",
    LUNSerialNum: lun.serial,
    LUNNAA: lun.naaKnown ? lun.naa : "",
    VolumeBase: "no",
    virtual_disk_name: "",
    ssd_cache: volume.ssdCache ? "yes" : "no",
    LUNBackupStatus: "0",
  });
  const numbers = fields({
    LUNThinAllocate: volume.thin ? 1 : 0,
    isRemoving: lun.status === "removing" ? 1 : 0,
    bMap: mapped ? 1 : 0,
    isSnap: 0,
    capacity_bytes: volume.sizeBytes,
    virtual_based: 0,
    WCEnable: 1,
    FUAEnable: 0,
    LUNThreshold: volume.threshold,
    LUNSectorSize: volume.sectorSize,
    poolID: volume.poolId,
    volno: volume.volumeId,
    pool_type: 1,
    snapshot_count: snapshotsOf(nas, volume.volumeId).length,
    lv_capacity: volume.sizeBytes,
    lv_allocated: volume.thin ? 0 : volume.sizeBytes,
    block_base_used_percent: 0,
    block_size: 512,
    file_base_used_percent: 0,
  });
  const owner = nas.profile.family === "qes" ? fields({ lun_owner: "SCA" }) : [];
  return [...texts, ...numbers, ...owner, targetList(nas, lun), initiatorList(nas, lun)];
}

function targetList(nas: Nas, lun: Lun): Element {
  const rows = placesOf(nas, lun.lunIndex).map(({ target, mapping }) =>
    el(
      "row",
      fields({ targetIndex: target.targetIndex, LUNNumber: mapping.lunNumber, LUNEnable: mapping.enabled ? 1 : 0 }),
    ),
  );
  return el("LUNTargetList", rows);
}

function initiatorList(nas: Nas, lun: Lun): Element {
  const rows = placesOf(nas, lun.lunIndex).flatMap(({ target }) =>
    target.acl.map(({ initiatorIndex, iqn }) =>
      el("LUNInitInfo", fields({ initiatorIndex, initiatorIQN: iqn, accessMode: 0 })),
    ),
  );
  return el("LUNInitList", rows);
}

/** `extra_lun_index`: no capacity in it (confirmed). */
export function shortLunFields(nas: Nas, lun: Lun): Element[] {
  const { poolId, volumeId } = volumeOf(nas, lun);
  return fields({
    LUNIndex: String(lun.lunIndex),
    LUNName: lun.name,
    LUNStatus: String(statusOf(nas, lun)),
    bMap: placesOf(nas, lun.lunIndex).length > 0 ? 1 : 0,
    isRemoving: lun.status === "removing" ? 1 : 0,
    poolID: poolId,
    volno: volumeId,
  });
}

/** lun_info: a removed index is an error on most, a ghost row on some (confirmed). */
export function lunInfo(nas: Nas, index: number | undefined): Answer {
  const lun = findLun(nas, index);
  if (lun) return { own: [el("LUNInfo", [el("row", lunFields(nas, lun))])], result: 0 };
  const ghost = nas.quirks.get("ghostRows") && index !== undefined && nas.state.ghosts.includes(index);
  return ghost ? { own: [el("LUNInfo", [ghostRow(index)])], result: 0 } : code(codes.failed);
}

function ghostRow(index: number): Element {
  const row = {
    LUNIndex: String(index),
    LUNName: "",
    LUNCapacity: "0",
    LUNStatus: "-2",
    capacity_bytes: 0,
    LUNNAA: "",
  };
  return el("row", [...fields(row), el("LUNTargetList")]);
}
