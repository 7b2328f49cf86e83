import type { Nas } from "../nas.ts";
import { volumeOf } from "./find.ts";
import { allocateVolume, nameTaken, newLun, nextLunIndex } from "./luns.ts";
import { nextSnapshotId, takeSnapshot } from "./snapshots.ts";
import { gib, type Lun, type Snapshot, type Target } from "./state.ts";
import { createTarget, mapLun, nextTargetIndex, setInitiator } from "./targets.ts";

export interface SeedLun {
  name: string;
  sizeBytes?: number;
  sizeGiB?: number;
  sectorSize?: 512 | 4096;
  /** true: a target of its own; a name: that target, made when it is missing; false: unmapped. */
  target?: boolean | string;
  chap?: { user: string; password: string };
  mutualChap?: { user: string; password: string };
}

/** A LUN that is ready at once, as if it had been there for long. */
export async function seedLun(nas: Nas, spec: SeedLun): Promise<Lun> {
  if (nameTaken(nas, spec.name)) throw new Error(`LUN ${spec.name} exists`);
  const sizeBytes = spec.sizeBytes ?? (spec.sizeGiB ?? 1) * gib;
  const { name, sectorSize = 512 } = spec;
  const common = { poolId: 1, thin: true, threshold: 80, ssdCache: false };
  const volume = await allocateVolume(nas, { name, sizeBytes, sectorSize, ...common });
  const lun = newLun(nas, volume, nextLunIndex(nas), name);
  volume.creating = false;
  Object.assign(lun, { status: "ready", naaKnown: true });
  nas.effects.add("lun.create", lun.lunIndex, { name, sizeBytes, seeded: true });
  if (spec.target !== false) await mapSeeded(nas, lun, spec);
  await nas.save();
  return lun;
}

async function mapSeeded(nas: Nas, lun: Lun, spec: SeedLun): Promise<void> {
  const target = await seedTarget(nas, typeof spec.target === "string" ? spec.target : spec.name);
  if (spec.chap) await requireChap(nas, target, spec);
  await mapLun(nas, target, lun);
  for (const mapping of target.luns) mapping.enabled = true;
  await nas.exports.sync();
}

async function seedTarget(nas: Nas, name: string): Promise<Target> {
  const known = nas.state.targets.find((target) => target.name === name);
  const spec = { name, alias: name, clusterEnable: true, dataDigest: false, headerDigest: false };
  const target = known ?? (await createTarget(nas, nextTargetIndex(nas), spec));
  target.iqnKnown = true;
  return target;
}

async function requireChap(nas: Nas, target: Target, { chap, mutualChap }: SeedLun): Promise<void> {
  const [row] = target.acl;
  if (row && chap)
    await setInitiator(nas, target, { iqn: row.iqn, alias: row.alias, chap, ...(mutualChap && { mutualChap }) });
}

export interface SeedSnapshots {
  lun: string;
  count: number;
  namePrefix?: string;
  /** With the LUN's bytes; without, a revert to it changes nothing. */
  bytes?: boolean;
  vital?: boolean;
  expireMin?: number;
}

/** Snapshots as if taken over the past days, a minute apart; without bytes thousands take no time. */
export async function seedSnapshots(nas: Nas, spec: SeedSnapshots): Promise<number[]> {
  const lun = nas.state.luns.find((other) => other.name === spec.lun);
  if (!lun) throw new Error(`no LUN ${spec.lun}`);
  const volume = volumeOf(nas, lun);
  const { vital = false, expireMin = 0, namePrefix = "snap" } = spec;
  const ids: number[] = [];
  for (let i = 1; i <= spec.count; i++) {
    const snapshotId = nextSnapshotId(nas);
    const common = { name: `${namePrefix}${i}`, vital, expireMin, description: "", type: 0 };
    if (spec.bytes) await takeSnapshot(nas, snapshotId, volume, common);
    else
      nas.state.snapshots.push(
        withoutBytes(nas, snapshotId, volume.volumeId, volume.sizeBytes, common, spec.count - i),
      );
    ids.push(snapshotId);
  }
  await nas.save();
  return ids;
}

function withoutBytes(
  nas: Nas,
  snapshotId: number,
  volumeId: number,
  sizeBytes: number,
  common: Pick<Snapshot, "name" | "vital" | "expireMin" | "description" | "type">,
  minutesAgo: number,
): Snapshot {
  const createdAtMs = nas.clock.now() - minutesAgo * 60_000;
  return { ...common, snapshotId, volumeId, sizeBytes, createdAtMs, status: "ready" };
}
