/**
 * The core is killed before and after everything that it asks of vCenter and the NAS while VMs are held or a LUN is taken away from
 * them. Then Repair-QnapOperation, in every second case on another machine that has a copy of the state folder, must leave no VM
 * snapshot, no detached host and no unregistered VM, and tell what is true.
 */
import { cp } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { makeHome } from "../coreProcess.ts";
import type { Repaired } from "./support/repair.ts";
import { vmwareChanges } from "./support/vmwareChanges.ts";
import { end, holdAt, momentsOf, simulatorOf, type VmwareMoment } from "./support/vmwareMoments.ts";

vi.setConfig({ maxConcurrency: 12 });

const moments = [...(await momentsOf("snapshot")), ...(await momentsOf("restore"))];

async function elsewhere(home: string): Promise<string> {
  const copy = makeHome();
  await cp(home, copy, { recursive: true });
  return copy;
}

async function killAndRepair(moment: VmwareMoment, index: number): Promise<void> {
  const change = await vmwareChanges[moment.change]();
  const { lab, core: doomed } = change;
  const { held } = await holdAt(change, moment);
  await doomed.kill();
  await simulatorOf(lab, moment.what).clearFaults();
  await simulatorOf(lab, moment.what).release(held, moment.fate);
  const core = await lab.connect(index % 2 === 0 ? doomed.home : await elsewhere(doomed.home));
  const [repaired] = await core.rows<Repaired>("repairOperation");
  await change.mustBe(repaired);
  expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
  await end({ ...change, core });
}

describe.concurrent("killed", () => {
  test.each(moments.map((moment, index) => ({ ...moment, index })))("$title", (each) =>
    killAndRepair(each, each.index),
  );
});
