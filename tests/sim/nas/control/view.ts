import { lunOfVolume, placesOf, volumeOf } from "../model/find.ts";
import { allocatedBytes, freeBytes } from "../model/pools.ts";
import type { Lun, Snapshot, Target } from "../model/state.ts";
import type { Nas } from "../nas.ts";

export function lunView(nas: Nas, lun: Lun) {
  const volume = volumeOf(nas, lun);
  const places = placesOf(nas, lun.lunIndex);
  const { lunIndex, name, naa, serial, status, volumeId } = lun;
  return {
    lunIndex,
    name,
    naa,
    serial,
    status,
    volumeId,
    sizeBytes: volume.sizeBytes,
    file: nas.files.path(volume.file),
    enabledOn: places.filter(({ mapping }) => mapping.enabled).map(({ target }) => target.targetIndex),
    targets: places.map(({ target, mapping }) => ({
      targetIndex: target.targetIndex,
      iqn: target.iqn,
      lunNumber: mapping.lunNumber,
      enabled: mapping.enabled,
    })),
  };
}

async function targetView(nas: Nas, target: Target) {
  const acl = target.acl.map(({ iqn, chap, mutualChap }) => ({ iqn, chap: chap?.user, mutualChap: mutualChap?.user }));
  return { ...target, acl, connections: await nas.exports.connections(target) };
}

function snapshotView(nas: Nas, snapshot: Snapshot) {
  const { file, createdAtMs, volumeId, ...rest } = snapshot;
  return {
    ...rest,
    volumeId,
    lunIndex: lunOfVolume(nas, volumeId)?.lunIndex,
    createTime: nas.clock.ctime(createdAtMs),
    createdAtMs,
    ...(file && { file: nas.files.path(file) }),
  };
}

/** The whole model, as seen from outside the NAS; no passwords. */
export async function stateView(nas: Nas) {
  const { state } = nas;
  return {
    profile: nas.profileName,
    hostname: state.hostname,
    clockOffsetMs: state.clockOffsetMs,
    luns: state.luns.map((lun) => lunView(nas, lun)),
    targets: await Promise.all(state.targets.map((target) => targetView(nas, target))),
    volumes: state.volumes.map((volume) => ({
      ...volume,
      lunIndex: lunOfVolume(nas, volume.volumeId)?.lunIndex ?? -1,
    })),
    snapshots: state.snapshots.map((snapshot) => snapshotView(nas, snapshot)),
    pools: state.pools.map((pool) => ({
      ...pool,
      allocatedBytes: allocatedBytes(nas, pool.poolId),
      freeBytes: freeBytes(nas, pool),
    })),
    sessions: nas.sessions.list(),
    jobs: [...nas.background.jobs.values()],
    users: state.users.map(({ name, admin, mailedCode }) => ({ name, admin, mailedCode })),
    loginFailures: nas.lockout.list(),
  };
}
