import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import { clonesOf, findSnapshot, findVolume, readySnapshot, snapshotsOf } from "../model/find.ts";
import { startRecover } from "../model/forks.ts";
import { recoverIsRefused } from "../model/recover.ts";
import { takeInTime, whyNot } from "../model/snapshotCreation.ts";
import { deleteSnapshot, newerWithClone, nextSnapshotId } from "../model/snapshots.ts";
import type { Snapshot } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import { fail, type RestAnswer } from "./answer.ts";
import { number, text, truthy } from "./body.ts";
import type { Ids, RestCall } from "./dispatch.ts";

function row(nas: Nas, snapshot: Snapshot) {
  const [clone] = clonesOf(nas, snapshot.snapshotId);
  const { snapshotId, name, createdAtMs, vital, expireMin, description } = snapshot;
  return {
    snapshot_id: snapshotId,
    snapshot_name: name,
    create_time: nas.clock.stamp(createdAtMs),
    vital: vital ? 1 : 0,
    instant_clone_source: clone !== undefined,
    advance: { instant_clone_name: clone?.label ?? "" },
    ...(nas.quirks.get("snapshotDetails") && { expire_min: expireMin, snapshot_description: description }),
  };
}

function list({ nas }: Call, { volume: id }: Ids): RestAnswer {
  const volume = findVolume(nas, id);
  if (!volume) return fail(codes.notFound);
  return { collection: snapshotsOf(nas, volume.volumeId).map((snapshot) => row(nas, snapshot)) };
}

async function create({ nas, json }: Call, { volume: id }: Ids): Promise<RestAnswer> {
  const volume = findVolume(nas, id);
  const name = text(json.snapshot_name);
  if (!volume) return fail(codes.notFound);
  if (name === "") return fail(codes.badParameter);
  const refused = await whyNot(nas, volume, name);
  if (refused !== undefined) return fail(refused === 0 ? codes.failed : refused, "Cannot take a snapshot");
  const snapshotId = nextSnapshotId(nas);
  const description = text(json.snapshot_description);
  const spec = { name, vital: truthy(json.vital), expireMin: number(json.expire_min) ?? 0, description, type: 0 };
  const told = nas.quirks.get("createResult") === "id" ? { single: { snapshot_id: snapshotId } } : {};
  return { ...told, effect: () => takeInTime(nas, snapshotId, volume, spec) };
}

/** Success, and nothing happens, while an instant clone depends on it (single source). */
function remove({ nas }: Call, { snapshot: id }: Ids): RestAnswer {
  const snapshot = findSnapshot(nas, id);
  if (!snapshot) return fail(codes.snapshotMissing, "Snapshot does not exist");
  if (snapshot.status === "removing") return {};
  if (nas.background.uses(snapshot.snapshotId)) return fail(codes.busy);
  const ignored = nas.quirks.get("deleteIgnoredWithClone") ? {} : fail(codes.hasClone);
  if (clonesOf(nas, snapshot.snapshotId).length > 0) return ignored;
  return { effect: async () => deleteSnapshot(nas, snapshot) };
}

async function recover({ nas, params }: Call, { snapshot: id }: Ids): Promise<RestAnswer> {
  const snapshot = readySnapshot(nas, id);
  if (!snapshot) return fail(codes.snapshotMissing, "Snapshot does not exist");
  const held = newerWithClone(nas, snapshot);
  if (held.length > 0) {
    return { code: codes.newerHasClone, errorData: { cloned_snapshots: held.map(({ name }) => name).join(",") } };
  }
  if (params.text("stop") !== "true" && (await recoverIsRefused(nas, snapshot))) return fail(codes.inUse);
  return { single: { fork: 1 }, effect: () => startRecover(nas, snapshot, false) };
}

/** The real shape is not known (assumed). */
function jobs({ nas }: Call): RestAnswer {
  const collection = [...nas.background.jobs.values()].map(({ id, kind, what }) => ({
    job_id: id,
    type: kind,
    id: what,
  }));
  return { collection };
}

export const snapshotCalls: Record<string, RestCall> = {
  "GET snapmgr/v1/volumes/:volume/snapshots": { run: list },
  "POST snapmgr/v1/volumes/:volume/snapshots": { changes: "snapshot.create", run: create },
  "DELETE snapmgr/v1/snapshots/:snapshot": { changes: "snapshot.delete", run: remove },
  "POST snapmgr/v1/snapshots/:snapshot/recovery": { changes: "snapshot.recover", run: recover },
  "GET snapmgr/v1/system/background/jobs": { run: jobs },
};
