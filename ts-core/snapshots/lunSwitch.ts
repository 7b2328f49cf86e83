import { setTimeout as sleep } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import type { NasLun } from "../nas/luns.ts";
import { mapLun, setLunEnabled } from "../nas/mappings.ts";
import { type LocatedLun, sameLun } from "./locate.ts";

/** A place of a LUN on a target, by which its hosts know it. */
export interface Mapping {
  targetIndex: number;
  lunNumber: number;
}

/** How often a write that can be repeated without harm (map, disable, enable) is sent before we give up. */
const switchTries = 4;
const switchPauseMs = 1_000;

/**
 * Switches and reads back until every mapping is as wanted: saying it twice does no harm. Returns, in words for an outcome, which
 * places of the LUN somebody took away meanwhile; empty when none.
 */
export async function switchAll(located: LocatedLun, mappings: Mapping[], enabled: boolean): Promise<string> {
  const { nas, lun } = located;
  const now = await repeat(located, enabled ? "enable LUN" : "disable LUN", ({ targets }) =>
    mappings
      .filter(({ targetIndex }) => targets.some((one) => one.targetIndex === targetIndex && one.enabled !== enabled))
      .map(
        ({ targetIndex }) =>
          () =>
            setLunEnabled(nas, lun.lunIndex, targetIndex, enabled),
      ),
  );
  return lostPlaces(now.targets, mappings);
}

/** Puts the LUN on these targets, shows it there and reads back: the places with the numbers that the NAS gave. */
export async function mapAll(located: LocatedLun, targetIndexes: readonly number[]): Promise<Mapping[]> {
  const { nas, lun } = located;
  const { targets } = await repeat(located, "map LUN", (now) =>
    targetIndexes.flatMap((targetIndex) => {
      const place = now.targets.find((target) => target.targetIndex === targetIndex);
      if (place === undefined) return [() => mapLun(nas, lun.lunIndex, targetIndex)];
      return place.enabled ? [] : [() => setLunEnabled(nas, lun.lunIndex, targetIndex, true)];
    }),
  );
  return targets.filter(({ targetIndex }) => targetIndexes.includes(targetIndex));
}

/** Reads, writes what is still open, and reads back, until nothing is; a refusal counts only when it stands. */
async function repeat(
  located: LocatedLun,
  call: string,
  open: (now: NasLun) => (() => Promise<void>)[],
): Promise<NasLun> {
  let failure: unknown;
  for (let tries = 0; ; tries++) {
    const now = await sameLun(located);
    const writes = open(now);
    if (writes.length === 0) return now;
    if (tries === switchTries) throw failure ?? switchFailed(located, call);
    await sleep(tries * switchPauseMs);
    for (const write of writes) {
      await write().catch((error: unknown) => {
        failure = error;
      });
    }
  }
}

function lostPlaces(now: Mapping[], before: Mapping[]): string {
  const lost = before.filter(
    (old) => !now.some(({ targetIndex, lunNumber }) => targetIndex === old.targetIndex && lunNumber === old.lunNumber),
  );
  if (lost.length === 0) return "";
  const places = lost.map(({ lunNumber, targetIndex }) => `LUN number ${lunNumber} on target ${targetIndex}`);
  return `; somebody took ${places.join(", ")} away from it meanwhile`;
}

function switchFailed({ nas, lun }: LocatedLun, call: string): QnapError {
  return new QnapError("NasError", {
    nas: nas.name,
    call,
    result: "success",
    reason: `it said so ${switchTries} times, but LUN '${lun.name}' did not change`,
  });
}
