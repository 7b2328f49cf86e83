import { QnapError } from "../errors.ts";
import type { PlanStep, RestorePlan } from "../model.ts";
import { freePoolBytes } from "../nas/luns.ts";
import { firmwareName } from "../nas/nas.ts";
import { isNewer, type NasSnapshot } from "../nas/snapshots.ts";
import { listTargets, type NasTarget } from "../nas/targets.ts";
import type { ReleasePlan } from "../ports.ts";
import { findSnapshots, type LocatedSnapshot } from "./locate.ts";

export type SafetyChoice = "Auto" | "Snapshot" | "Clone" | "None";
export type SafetyCopy = RestorePlan["safetyCopy"];

/** For the estimate only: what a NAS of this class copies, assumed. */
const copyBytesPerSecond = 100_000_000;
/** About 10 s were measured on hero (single source); a QTS revert takes as long as the copy back. */
const instantRevertSeconds = 10;
/** A NAS can have 65,536 snapshots of a LUN: the plan names no more than these, and counts them all. */
export const namedNewer = 50;

/** Everything that a restore will do, found out without changing anything. */
export async function planRestore(
  located: LocatedSnapshot,
  choice: SafetyChoice,
  releases: readonly ReleasePlan[],
  signal: AbortSignal,
): Promise<RestorePlan> {
  const { nas, lun, snapshot } = located;
  const safetyCopy = await chooseSafetyCopy(located, choice, signal);
  const newer = await newerSnapshots(located, signal);
  const targets = await ownTargets(located, signal);
  const initiators = targets.flatMap((target) => target.initiators);
  return {
    nas: nas.name,
    lunName: lun.name,
    lunNaa: lun.naa,
    snapshotName: snapshot.name,
    snapshotId: snapshot.snapshotId,
    safetyCopy,
    newerSnapshots: newer.slice(0, namedNewer).map(({ name }) => name),
    newerSnapshotCount: newer.length,
    initiators,
    estimatedSeconds: estimate(located, safetyCopy),
    steps: stepsOf(located, safetyCopy, newer, targets, releases),
  };
}

/** What a revert destroys, or may destroy. */
export async function newerSnapshots(located: LocatedSnapshot, signal?: AbortSignal): Promise<NasSnapshot[]> {
  if (!revertMayDestroyNewer(located)) return [];
  return (await findSnapshots(located, {}, signal)).filter((other) => isNewer(other, located.snapshot));
}

/** Unknown counts as the worse. */
function revertMayDestroyNewer({ nas }: LocatedSnapshot): boolean {
  return nas.firmware.revertDestroysNewer.answer !== "no";
}

async function chooseSafetyCopy(
  located: LocatedSnapshot,
  choice: SafetyChoice,
  signal: AbortSignal,
): Promise<SafetyCopy> {
  if (choice === "None") return "None";
  const destroyed = revertMayDestroyNewer(located);
  if (choice === "Snapshot" && destroyed)
    throw impossible(located, "a revert destroys, or may destroy, a snapshot taken now; use -SafetyCopy Clone");
  const copy = choice === "Auto" ? (destroyed ? "Clone" : "Snapshot") : choice;
  if (copy === "Clone") await mustHaveRoomForClone(located, signal);
  return copy;
}

async function mustHaveRoomForClone(located: LocatedSnapshot, signal: AbortSignal): Promise<void> {
  const { nas, lun } = located;
  if (nas.firmware.clone === "none")
    throw impossible(
      located,
      `a snapshot would be destroyed, and no call is known that makes a clone on ${firmwareName(nas)}`,
    );
  const freeBytes = lun.poolId === null ? undefined : await freePoolBytes(nas, lun.poolId, signal);
  if (freeBytes !== undefined && freeBytes < lun.sizeBytes) {
    throw impossible(located, `a clone needs ${lun.sizeBytes} bytes, and the pool has ${freeBytes} bytes free`);
  }
}

function impossible({ nas, lun }: LocatedSnapshot, reason: string): QnapError {
  return new QnapError("SafetyCopyImpossible", { nas: nas.name, lun: lun.name, reason });
}

async function ownTargets({ nas, lun }: LocatedSnapshot, signal: AbortSignal): Promise<NasTarget[]> {
  const own = new Set(lun.targets.map(({ targetIndex }) => targetIndex));
  return (await listTargets(nas, signal)).filter(({ targetIndex }) => own.has(targetIndex));
}

function estimate({ nas, lun }: LocatedSnapshot, safetyCopy: SafetyCopy): number {
  const copySeconds = Math.ceil(lun.sizeBytes / copyBytesPerSecond);
  const revertSeconds = nas.identity.family === "QuTS hero" ? instantRevertSeconds : copySeconds;
  return revertSeconds + (safetyCopy === "Clone" ? copySeconds : 0);
}

function stepsOf(
  { lun, snapshot }: LocatedSnapshot,
  safetyCopy: SafetyCopy,
  newer: NasSnapshot[],
  targets: NasTarget[],
  releases: readonly ReleasePlan[],
): PlanStep[] {
  const look = (action: string): PlanStep => ({ action, changes: false });
  const change = (action: string): PlanStep => ({ action, changes: true });
  const enabled = lun.targets.filter((target) => target.enabled);
  const initiators = targets.flatMap((target) => target.initiators);
  const nameOf = (index: number) => targets.find(({ targetIndex }) => targetIndex === index)?.name || index;
  const numbers = enabled
    .map(({ targetIndex, lunNumber }) => `target '${nameOf(targetIndex)}' (LUN number ${lunNumber})`)
    .join(", ");
  return [
    look(`Check that LUN '${lun.name}' still has NAA ${lun.naa}`),
    look(
      initiators.length === 0
        ? "No initiator is logged in"
        : `Logged in: ${initiators.map(({ iqn, address }) => `${iqn} (${address})`).join(", ")}`,
    ),
    ...(safetyCopy === "Snapshot" ? [change(`Take a snapshot of LUN '${lun.name}' as it is now`)] : []),
    ...(safetyCopy === "Clone" ? [change(`Copy LUN '${lun.name}' as it is now to a LUN of its own`)] : []),
    ...releases.flatMap(({ newer }) => newer).map((name) => change(`VM '${name}' is not in the snapshot: it is lost`)),
    ...releases.flatMap(({ release }) => release).map(change),
    ...(enabled.length > 0 ? [change(`Disable LUN '${lun.name}' on ${numbers}`)] : []),
    ...newer
      .slice(0, namedNewer)
      .map(({ name }) => change(`Newer snapshot '${name}' is destroyed, or may be, by the revert`)),
    ...(newer.length > namedNewer
      ? [change(`${newer.length - namedNewer} more newer snapshots are destroyed, or may be`)]
      : []),
    change(
      `Revert LUN '${lun.name}' to snapshot '${snapshot.name}' (${snapshot.createTime === null ? "time not told" : `${snapshot.createTime} by the NAS's clock`})`,
    ),
    look(`Check that LUN '${lun.name}' still has NAA ${lun.naa}`),
    ...(enabled.length > 0 ? [change(`Enable LUN '${lun.name}' again on ${numbers}`)] : []),
    ...releases.flatMap(({ takeBack }) => takeBack).map(change),
    ...releases.flatMap(({ notes }) => notes).map(look),
  ];
}
