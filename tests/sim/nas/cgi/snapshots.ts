import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import { findLun, findVolume, snapshotsOf, volumeOf } from "../model/find.ts";
import type { Snapshot, Volume } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import type { Answer } from "./answer.ts";
import { type CgiFunctions, code, select } from "./function.ts";
import { clone, recover } from "./snapshotForks.ts";
import { create, remove } from "./snapshotWrites.ts";
import { type Element, el, fields } from "./xml.ts";

/** LUNs by LUNIndex, shares by volumeID. */
function volumeOfCall({ nas, params }: Call): Volume | undefined {
  const lun = findLun(nas, params.int("LUNIndex"));
  return lun ? volumeOf(nas, lun) : findVolume(nas, params.int("volumeID"));
}

function list(call: Call): Answer {
  const volume = volumeOfCall(call);
  if (!volume) return code(codes.lunMissing);
  const rows = page(call, snapshotsOf(call.nas, volume.volumeId)).map((snapshot) => row(call.nas, snapshot));
  return { own: [el("SnapshotList", rows), el("ErrorList")], result: 0 };
}

/** Paging as on QES; where the page size is 0 its parameters are ignored. */
function page({ nas, params }: Call, snapshots: Snapshot[]): Snapshot[] {
  const size = nas.quirks.get("snapshotPageSize");
  if (size === 0) return snapshots;
  const start = params.int("snap_start") ?? 0;
  return snapshots.slice(start, start + (params.int("snap_count") ?? size));
}

function row(nas: Nas, snapshot: Snapshot): Element {
  const { snapshotId, name, createdAtMs, sizeBytes } = snapshot;
  const ctime = nas.quirks.get("createTime") === "ctime";
  const details = {
    vital: snapshot.vital ? 1 : 0,
    expire_min: snapshot.expireMin,
    snapshot_type: snapshot.type,
    snapshot_description: snapshot.description,
  };
  return el("row", [
    ...fields({ snapshot_id: snapshotId, snapshot_name: name }),
    el("create_time", ctime ? nas.clock.ctime(createdAtMs) : Math.floor(createdAtMs / 1000)),
    ...fields({ status: statusOf(nas, snapshot), parent_size: sizeBytes }),
    ...(nas.quirks.get("snapshotDetails") ? fields(details) : []),
  ]);
}

/** The coding is not known; words are what the NAS's own shell prints (assumed). */
function statusOf(nas: Nas, { status }: Snapshot): string {
  if (nas.quirks.get("snapshotStatus") === "number") return status === "ready" ? "0" : "1";
  return status === "ready" ? "Ready" : "Removing...";
}

/** The shared slot: says how whichever job was forked last is doing. */
function getReturn({ nas, params }: Call): Answer {
  const slot = nas.background.slots.get(params.text("cginame"));
  if (!slot) return { own: fields({ processing: 0 }), result: 0 };
  return slot.processing ? { own: fields({ processing: 1 }) } : { own: fields({ processing: 0 }), result: slot.result };
}

/** snapshot.cgi */
export const snapshotFunctions: CgiFunctions = {
  extra_get: select({ snapshot_list: list }),
  get_return: { run: getReturn },
  create_snapshot: { changes: "snapshot.create", run: create },
  del_snapshot: { changes: "snapshot.delete", run: remove },
  del_snapshots: { changes: "snapshot.delete", run: remove },
  clone_qsnapshot: { changes: "lun.clone", run: (call) => clone(call, "full") },
  instant_clone_qsnapshot: { changes: "lun.clone", run: (call) => clone(call, "instant") },
  recover_snapshot: { changes: "snapshot.recover", run: recover },
};
