/** What somebody else does to the NAS between an interruption and its repair. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { ownCloneName } from "../../ts-core/snapshots/names.ts";
import { lineOf, readLines } from "../../ts-core/state/files.ts";
import type { CoreFailure, CoreProcess } from "../coreProcess.ts";
import { Caller } from "../sim/nas/caller.ts";
import { changes } from "./support/changes.ts";
import { holdAt, killAt } from "./support/interruption.ts";
import type { Lab } from "./support/lab.ts";
import { Labs } from "./support/labs.ts";
import type { Repaired } from "./support/repair.ts";

vi.setConfig({ maxConcurrency: 4 });

const labs = new Labs();
afterAll(() => labs.stop());

/** A restore without a safety copy that was killed as its revert was asked for; the NAS has done it, and the LUN is hidden. */
async function killedRestore(lab: Lab) {
  const doomed = await lab.connect();
  const change = await changes["restore without safety copy"](lab, doomed);
  await killAt(lab, doomed, change, { n: 1, when: "after", fate: "continue" });
  await vi.waitFor(async () => expect((await lab.nas.state()).jobs).toEqual([]), { timeout: 20_000 });
  return { change, core: await lab.connect(doomed.home) };
}

test.concurrent("a LUN that somebody made under the clone's name is not taken for it, and never removed", () =>
  labs.use("qts-5.2", async (lab) => {
    const doomed = await lab.connect();
    const change = await changes.clone(lab, doomed);
    await killAt(lab, doomed, change, { n: 0, when: "before", fate: "drop" });
    const { name } = change.params as { name: string };
    await lab.nas.addLun({ name, sizeBytes: 2 << 20 });
    const core = await lab.connect(doomed.home);
    const [repaired] = await core.rows<Repaired>("repairOperation");
    expect(repaired).toMatchObject({ state: "Failed", outcome: expect.stringContaining("somebody else's") });
    expect(await core.code("removeLunClone", { lun: { name } })).toBe("NotAClone");
    expect(await lab.lun(name)).toMatchObject({ sizeBytes: 2 << 20 });
    await core.stop();
  }));

test.concurrent("an interrupted restore blocks the next one of its LUN until it is settled", () =>
  labs.use("qts-5.2", async (lab) => {
    const { change, core } = await killedRestore(lab);
    expect(await core.code(change.method, change.params)).toBe("OperationUnsettled");
    expect((await lab.lun("sqldata")).enabledOn).toEqual([]);
    expect(await core.rows("repairOperation")).toMatchObject([{ state: "Completed" }]);
    expect(await core.code(change.method, change.params)).toBe("no error");
    await core.stop();
  }));

/** One line of a journal is no longer what was written. */
async function damage({ home }: CoreProcess, line: number): Promise<string> {
  const folder = join(home, "journal");
  const [name = ""] = (await readdir(folder)).sort().reverse();
  const lines = (await readFile(join(folder, name), "utf8")).split("\n");
  await writeFile(join(folder, name), lines.with(line, (lines[line] ?? "").replace('"event"', '"Event"')).join("\n"));
  return name;
}

test.concurrent.each([
  ["begin", 0],
  ["disable", 1],
  ["revert", 2],
])("a restore whose journal is damaged (%s) blocks the next one of its LUN, until it is moved away", (_, line) =>
  labs.use("qts-5.2", async (lab) => {
    const { change, core } = await killedRestore(lab);
    const name = await damage(core, line);
    expect(await core.rows("repairOperation")).toMatchObject([{ state: "Interrupted" }]);
    const code = await core.call(change.method, change.params).catch((error: CoreFailure) => error);
    expect(code).toMatchObject({ data: { code: "OperationUnreadable" }, message: expect.stringContaining(name) });
    const plan = await core.call<{ refusals: string[] }>(change.method, { ...change.params, planOnly: true });
    expect(plan.refusals).toEqual([expect.stringContaining(name)]);
    await rm(join(core.home, "journal", name));
    expect(await core.code(change.method, change.params)).toBe("no error");
    await core.stop();
  }),
);

test.concurrent("a damaged journal of another LUN's restore blocks nobody", () =>
  labs.use("qts-5.2", async (lab) => {
    const { core } = await killedRestore(lab);
    await damage(core, 2);
    const { snapshots } = await core.call<{ snapshots: { name: string }[] }>("newLunSnapshot", {
      luns: [{ name: "vmstore" }],
      type: "Crash",
    });
    const snapshot = { lun: { name: "vmstore" }, name: snapshots[0]?.name };
    expect(await core.code("restoreLunSnapshot", { snapshot, safetyCopy: "None" })).toBe("no error");
    await core.stop();
  }));

test.concurrent("a LUN that was deleted takes what was begun on it along", () =>
  labs.use("qts-5.2", async (lab) => {
    const { core } = await killedRestore(lab);
    await lab.nas.removeLun("sqldata");
    const outcome = expect.stringContaining("cannot be finished or undone any more");
    expect(await core.rows("repairOperation")).toMatchObject([{ state: "Failed", outcome }]);
    expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
    await core.stop();
  }));

test.concurrent("a LUN that was taken off its target is restored all the same, and that is told", () =>
  labs.use("qts-5.2", async (lab) => {
    const { core } = await killedRestore(lab);
    const { lunIndex, targets } = await lab.lun("sqldata");
    const { targetIndex } = targets[0] ?? {};
    const caller = await Caller.login(lab.nas);
    const unmap = { func: "remove_lun", LUNIndex: lunIndex, targetIndex: targetIndex ?? -1 };
    await caller.cgi("disk/iscsi_target_setting.cgi", unmap);
    const outcome = expect.stringContaining(`on target ${targetIndex} away from it`);
    expect(await core.rows("repairOperation")).toMatchObject([{ state: "Completed", outcome }]);
    expect(await lab.content("sqldata")).toBe("A");
    await core.stop();
  }));

/** Long after its sender has died and its repair has called it undone, a busy NAS comes to a request. */
const comesLate = [
  ["snapshot of two LUNs", 1, /snapshot 'QS_.*' came late and was taken away/],
  ["restore with safety clone", 0, /snapshot 'QS_.*' came late and was taken away/],
  ["restore with safety clone", 3, /LUN 'sqldata' is disabled on target \d now/],
  ["clone", 0, /LUN 'copy' .* was made late by it, or by somebody else/],
] as const;

test.concurrent.each(comesLate)("a request that comes after its operation was undone: %s, %i", (name, n, outcome) =>
  labs.use("hero-h5.3", async (lab) => {
    const doomed = await lab.connect();
    const change = await changes[name](lab, doomed);
    const before = await lab.account();
    const { held } = await holdAt(lab, doomed, change, { n, when: "before", fate: "continue" });
    await doomed.kill();
    await lab.nas.clearFaults();
    const core = await lab.connect(doomed.home);
    expect(await core.rows("repairOperation")).toMatchObject([{ state: "Undone" }]);
    expect(await core.rows("repairOperation")).toEqual([]);

    await lab.nas.release(held, "continue");
    await vi.waitFor(async () => expect(await lab.account()).not.toEqual(before), { timeout: 20_000, interval: 200 });
    const [told] = await core.rows<Repaired>("repairOperation");
    expect(told).toMatchObject({ state: "Undone", outcome: expect.stringMatching(outcome) });
    if (name !== "clone" && n !== 3) expect(await lab.account()).toEqual(before);
    expect(await core.rows("getOperation", { operationId: told?.operationId })).toEqual([told]);
    expect(await core.rows("repairOperation")).toEqual([]);
    await core.stop();
  }),
);

test.concurrent("a safety clone that shows after its restore was undone is taken away; a LUN of the same kind of name stays", () =>
  labs.use("hero-h5.3", async (lab) => {
    const doomed = await lab.connect();
    const change = await changes["restore with safety clone"](lab, doomed);
    const before = await lab.account();
    await killAt(lab, doomed, change, { n: 1, when: "before", fate: "drop" });
    const core = await lab.connect(doomed.home);
    const [undone] = await core.rows<Repaired>("repairOperation");
    const { operationId = "" } = undone ?? {};
    await lab.nas.addLun({ name: ownCloneName("other", operationId), sizeBytes: 1 << 20, target: false });
    expect(await core.rows("repairOperation")).toEqual([]);
    await lab.nas.removeLun(ownCloneName("other", operationId));
    const name = ownCloneName("sqldata", operationId);
    await lab.nas.addLun({ name, sizeBytes: 1 << 20, target: false });
    const [told] = await core.rows("repairOperation", { operationId });
    expect(told).toMatchObject({
      state: "Undone",
      outcome: `${undone?.outcome}; LUN '${name}' came late and was taken away`,
    });
    expect(await lab.account()).toEqual(before);
    await core.stop();
  }));

/** As if the last line of the journal had been written that long ago. */
async function age({ home }: CoreProcess, ms: number): Promise<string> {
  const folder = join(home, "journal");
  const [name = ""] = (await readdir(folder)).sort().reverse();
  const entries = (await readLines<{ at: string }>(join(folder, name))).map((entry) => ({
    ...entry,
    at: new Date(Date.parse(entry.at) - ms).toISOString(),
  }));
  await writeFile(join(folder, name), entries.map(lineOf).join(""));
  return name.replace(".jsonl", "");
}

test.concurrent("a revert in doubt is not done again later on without being asked", () =>
  labs.use("qts-5.2", async (lab) => {
    const { core } = await killedRestore(lab);
    const operationId = await age(core, 3600_000);
    await lab.account(); // at rest: the revert is done
    await lab.fill("sqldata", "C");
    const outcome = expect.stringContaining(`${operationId} -RevertAgain`);
    for (const params of [{}, { operationId }])
      expect(await core.rows("repairOperation", params)).toMatchObject([{ state: "Interrupted", outcome }]);
    expect([await lab.content("sqldata"), (await lab.lun("sqldata")).enabledOn]).toEqual(["C", []]);
    expect(await core.code("repairOperation", { revertAgain: true })).toBe("InvalidParameter");
    const asked = await core.rows("repairOperation", { operationId, revertAgain: true });
    expect(asked).toMatchObject([{ state: "Completed" }]);
    expect([await lab.content("sqldata"), (await lab.lun("sqldata")).enabledOn]).toEqual(["A", [expect.any(Number)]]);
    await core.stop();
  }));
