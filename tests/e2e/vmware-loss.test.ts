/**
 * vCenter, or the NAS, is lost before and after everything that is asked of it while VMs are held or a LUN is taken away from them,
 * and comes back. The operation goes on or gives up; then Repair-QnapOperation must leave nothing behind, and tell what is true.
 */
import { describe, expect, test, vi } from "vitest";
import type { Repaired } from "./support/repair.ts";
import { type VmwareChange, vmwareChanges } from "./support/vmwareChanges.ts";
import { end, holdAt, momentsOf, simulatorOf, type VmwareMoment } from "./support/vmwareMoments.ts";

vi.setConfig({ maxConcurrency: 12 });

const moments = [...(await momentsOf("snapshot")), ...(await momentsOf("restore"))].filter(
  ({ fate }) => fate === "continue",
);

/** Long enough that nothing asked meanwhile is answered, short enough that waiting for a task outlasts it. */
const awayMs = 2_000;

async function lose({ lab }: VmwareChange, { what }: VmwareMoment): Promise<void> {
  if (what !== "nas") return lab.vcenter.down(awayMs);
  lab.nas = await lab.nas.restart();
  await lab.vcenter.useNas(lab.nas.control);
}

async function loseAndRepair(moment: VmwareMoment): Promise<void> {
  const change = await vmwareChanges[moment.change]();
  const { lab, core } = change;
  const { held, code } = await holdAt(change, moment);
  await lose(change, moment);
  if (moment.what !== "nas") await simulatorOf(lab, moment.what).release(held, "continue");
  await code;
  await lab.vcenter.up();
  const [repaired] = await core.rows<Repaired>("repairOperation");
  const [told] = repaired ? [repaired] : await core.rows<Repaired>("getOperation");
  await change.mustBe(told);
  expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
  await end(change);
}

describe.concurrent("lost", () => {
  test.each(moments)("$title", (each) => loseAndRepair(each));
});
