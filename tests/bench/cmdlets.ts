import { setTimeout as sleep } from "node:timers/promises";
import { Caller } from "../sim/nas/caller.ts";
import type { SimulatedNas } from "../sim/nas/start.ts";
import type { Figure } from "./figure.ts";
import { sideBySide } from "./sideBySide.ts";

const luns = "bench:1";

export const warmCmdlet: Figure = {
  key: "b",
  title: "What a warm cmdlet (Get-QnapLun, one LUN by name) adds to the same HTTP calls on one kept-alive connection",
  unit: "ms",
  goal: 5,
  measure: () =>
    sideBySide({
      nas: { luns },
      cmdlet: "Get-QnapLun bench",
      core: (core) => core.rows("getLun", { name: "bench" }),
    }),
};

export const newSnapshot: Figure = {
  key: "c",
  title: "What New-QnapLunSnapshot on an open session adds to the same requests on one kept-alive connection",
  unit: "ms",
  goal: 15,
  measure: () =>
    sideBySide({
      // The snapshot exists when the answer comes: every way looks for it once.
      nas: { luns, quirks: { createAnswersEarly: false, createSnapshotMs: 0, deleteSnapshotMs: 0 } },
      cmdlet: "New-QnapLunSnapshot bench",
      core: (core) => core.call("newLunSnapshot", { luns: [{ name: "bench" }], type: "Crash" }),
      tidy: removeSnapshots,
    }),
};

const callers = new WeakMap<SimulatedNas, Caller>();

async function removeSnapshots(nas: SimulatedNas): Promise<void> {
  const caller = callers.get(nas) ?? (await Caller.login(nas, nas.https));
  callers.set(nas, caller);
  for (;;) {
    const { snapshots } = await nas.state();
    if (snapshots.length === 0) return;
    for (const { snapshotId } of snapshots) await caller.snapshot("del_snapshot", { snapshotID: snapshotId });
    await sleep(1);
  }
}
