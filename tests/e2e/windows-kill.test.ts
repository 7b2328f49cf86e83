/**
 * The core is killed before and after everything that it asks of Windows and the NAS while a LUN is taken away from Windows, or a
 * copy is mounted or dismounted. Then Repair-QnapOperation must leave it fully done or as it was, and tell which.
 */
import { describe, expect, test, vi } from "vitest";
import type { Repaired } from "./support/repair.ts";
import { end, holdAt, momentsOf, type WindowsMoment, windowsChanges } from "./support/windowsChanges.ts";

vi.setConfig({ maxConcurrency: 4, testTimeout: 240_000 });

const moments = [...(await momentsOf("restore")), ...(await momentsOf("mount")), ...(await momentsOf("dismount"))];

async function killAndRepair(moment: WindowsMoment): Promise<void> {
  const change = await windowsChanges[moment.change]();
  const { lab, core: doomed } = change;
  const { id } = await holdAt(change, moment);
  await doomed.kill();
  const simulator = lab[moment.what];
  await simulator.clearFaults();
  await simulator.release(id, moment.fate);
  const core = await lab.connect(doomed.home);
  const [repaired] = await core.rows<Repaired>("repairOperation");
  await change.mustBe(repaired);
  expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
  await end({ ...change, core });
}

describe.concurrent("killed", () => {
  test.each(moments)("$title", killAndRepair);
});
