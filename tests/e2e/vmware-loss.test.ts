/**
 * vCenter, or the NAS, is lost before and after everything that is asked of it while VMs are held or a LUN is taken away from them,
 * and comes back after the core has given up. Then Repair-QnapOperation must leave nothing behind, and tell what is true.
 */
import { describe, expect, test, vi } from "vitest";
import type { Repaired } from "./support/repair.ts";
import { type VmwareChange, vmwareChanges } from "./support/vmwareChanges.ts";
import { end, holdAt, momentsOf, simulatorOf, type VmwareMoment } from "./support/vmwareMoments.ts";

vi.setConfig({ maxConcurrency: 8, testTimeout: 120_000 });

const moments = [...(await momentsOf("snapshot")), ...(await momentsOf("restore"))].filter(
  ({ fate }) => fate === "continue",
);

/** The NAS comes back by itself: a core waits for one that is being restarted. */
async function lose({ lab }: VmwareChange, { what }: VmwareMoment): Promise<() => Promise<void>> {
  if (what === "nas") {
    lab.nas = await lab.nas.restart();
    await lab.vcenter.useNas(lab.nas.control);
    return () => Promise.resolve();
  }
  await lab.vcenter.down();
  return () => lab.vcenter.up();
}

async function loseAndRepair(moment: VmwareMoment): Promise<void> {
  const change = await vmwareChanges[moment.change]();
  const { lab, core } = change;
  const { held, code } = await holdAt(change, moment);
  const comeBack = await lose(change, moment);
  if (moment.what !== "nas") await simulatorOf(lab, moment.what).release(held, "continue");
  await code;
  await comeBack();
  await lab.vcenter.clearFaults();
  const [repaired] = await core.rows<Repaired>("repairOperation");
  const [told] = repaired ? [repaired] : await core.rows<Repaired>("getOperation");
  await change.mustBe(told);
  expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
  await end(change);
}

describe.concurrent("lost", () => {
  test.each(moments)("$title", (each) => loseAndRepair(each));
});
