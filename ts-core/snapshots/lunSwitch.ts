import { setTimeout as sleep } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import { setLunEnabled } from "../nas/luns.ts";
import { type LocatedLun, sameLun } from "./locate.ts";

/** A place of a LUN on a target, by which its hosts know it. */
export interface Mapping {
  targetIndex: number;
  lunNumber: number;
}

/** How often a write that can be repeated without harm (disable, enable) is sent before we give up. */
const switchTries = 4;
const switchPauseMs = 1_000;

/**
 * Switches and reads back until every mapping is as wanted: saying it twice does no harm. Returns, in words for an outcome, which
 * places of the LUN somebody took away meanwhile; empty when none.
 */
export async function switchAll(located: LocatedLun, mappings: Mapping[], enabled: boolean): Promise<string> {
  let failure: unknown;
  for (let tries = 0; ; tries++) {
    const now = await sameLun(located);
    const open = mappings.filter(({ targetIndex }) =>
      now.targets.some((target) => target.targetIndex === targetIndex && target.enabled !== enabled),
    );
    if (open.length === 0) return lostPlaces(now.targets, mappings);
    if (tries === switchTries) throw failure ?? switchFailed(located, enabled);
    await sleep(tries * switchPauseMs);
    for (const { targetIndex } of open) {
      await setLunEnabled(located.nas, located.lun.lunIndex, targetIndex, enabled).catch((error: unknown) => {
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

function switchFailed({ nas, lun }: LocatedLun, enabled: boolean): QnapError {
  const call = enabled ? "enable LUN" : "disable LUN";
  return new QnapError("NasError", {
    nas: nas.name,
    call,
    result: "success",
    reason: `it said so ${switchTries} times, but LUN '${lun.name}' did not change`,
  });
}
