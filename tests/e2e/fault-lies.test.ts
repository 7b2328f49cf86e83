/** A NAS that lies, goes down, or is changed by somebody else in the middle of a restore: the one operation that can cost data. */
import { afterAll, expect, test, vi } from "vitest";
import type { CoreProcess } from "../coreProcess.ts";
import { Caller } from "../sim/nas/caller.ts";
import { changes } from "./support/changes.ts";
import { holdAt, killAt } from "./support/interruption.ts";
import { Lab } from "./support/lab.ts";
import { Labs } from "./support/labs.ts";
import { lookBefore, mustBeSettled, mustBeTrue, type Repaired } from "./support/repair.ts";

vi.setConfig({ maxConcurrency: 8 });

const labs = new Labs();
afterAll(() => labs.stop());

const restore = changes["restore without safety copy"];
const atRevert = { n: 1, when: "after", fate: "continue" } as const;
const repair = async (core: CoreProcess) => (await core.rows<Repaired>("repairOperation"))[0];

test.concurrent("a revert that was done, and is refused when it is repeated, is not called undone", () =>
  labs.use("qts-5.2", async (lab) => {
    const doomed = await lab.connect();
    const change = await changes["restore with safety clone"](lab, doomed);
    const before = await lookBefore(lab);
    await killAt(lab, doomed, change, { ...atRevert, n: 4 });
    const core = await lab.connect(doomed.home);
    for (const kind of ["busy", "code"] as const) {
      await lab.nas.fault({ kind, code: -14 });
      expect(await repair(core)).toMatchObject({ state: "Interrupted" });
      expect((await lab.lun("sqldata")).enabledOn).toEqual([]);
    }
    const repaired = await repair(core);
    expect(repaired).toMatchObject({ state: "Completed" });
    await mustBeTrue(lab, change, before, repaired);
    await mustBeSettled(core, repaired);
    await core.stop();
  }));

test.concurrent("a NAS that goes down in the middle of a revert has not done it, whatever it says afterwards", async () => {
  const lab = await Lab.start("qts-5.2", { quirks: { recoverMs: 150_000 } });
  const core = await lab.connect();
  const change = await restore(lab, core);
  const before = await lookBefore(lab);
  const answer = core.code(change.method, change.params);
  const jobs = async () => (await lab.nas.state()).jobs.map(({ kind }) => kind);
  await vi.waitFor(async () => expect(await jobs()).toEqual(["snapshot.recover"]), { timeout: 20_000 });
  const again = new Lab(await lab.nas.restart());
  expect(await answer).toBe("OutcomeUnknown");
  expect(await again.content("sqldata")).toBe("B");
  expect((await again.lun("sqldata")).enabledOn).toEqual([]);
  const repaired = await repair(core);
  expect(repaired).toMatchObject({ state: "Completed" });
  await mustBeTrue(again, change, before, repaired);
  await core.stop();
  await again.nas.stop();
});

test.concurrent("the end of somebody else's job is not taken for the end of the revert", async () => {
  const lab = await Lab.start("hero-h5.3", { quirks: { recoverMs: 300_000, deleteSnapshotMs: 150_000 } });
  const core = await lab.connect();
  const change = await restore(lab, core);
  const [id] = await lab.nas.seedSnapshots({ lun: "vmstore", count: 1 });
  await (await Caller.login(lab.nas)).rest("DELETE", `snapmgr/v1/snapshots/${id}`);
  await lab.nas.reset();
  await core.call(change.method, change.params);
  const order = (await lab.nas.effects()).map(({ kind }) => kind).filter((kind) => /recover|enable/.test(kind));
  expect(order).toEqual(["snapshot.recoverStart", "snapshot.recover", "target.enableLun"]);
  await core.stop();
  await lab.nas.stop();
});

test.concurrent("a LUN that comes back under another NAA stays hidden, and that is told", () =>
  labs.use("qts-5.2", async (lab) => {
    const core = await lab.connect();
    const change = await restore(lab, core);
    await lab.nas.quirk("revertChangesNaa", true);
    expect(await core.code(change.method, change.params)).toBe("LunChanged");
    await lab.nas.quirk("revertChangesNaa", false);
    expect((await lab.lun("sqldata")).enabledOn).toEqual([]);
    const [operation] = await core.rows("getOperation");
    expect(operation).toMatchObject({ state: "Failed", outcome: expect.stringContaining("left disabled") });
    await core.stop();
  }));

test.concurrent("a LUN that somebody has enabled meanwhile is not reverted under its hosts", () =>
  labs.use("hero-h5.3", async (lab) => {
    const doomed = await lab.connect();
    const change = await restore(lab, doomed);
    await killAt(lab, doomed, change, { n: 1, when: "before", fate: "drop" });
    const { lunIndex } = await lab.lun("sqldata");
    const caller = await Caller.login(lab.nas);
    await caller.rest("PUT", `iscsi/v1/targets/1/luns/${lunIndex}`, { lun_enable: true });
    await lab.nas.reset();
    const core = await lab.connect(doomed.home);
    expect(await repair(core)).toMatchObject({
      state: "Failed",
      outcome: expect.stringContaining("enabled by somebody"),
    });
    expect((await lab.nas.effects()).filter(({ kind }) => kind.startsWith("snapshot."))).toEqual([]);
    expect(await lab.content("sqldata")).toBe("B");
    await core.stop();
  }));

test.concurrent("a LUN that was mapped to another target while its safety copy was made is hidden there too", () =>
  labs.use("qts-5.2", async (lab) => {
    const core = await lab.connect();
    const change = await changes["restore with safety clone"](lab, core);
    const { held, answer } = await holdAt(lab, core, change, { n: 1, when: "before", fate: "continue" });
    await lab.nas.clearFaults();
    const { lunIndex } = await lab.lun("sqldata");
    const caller = await Caller.login(lab.nas);
    // The NAS does one change after the other; the held one has not taken its turn yet.
    await caller.cgi("disk/iscsi_target_setting.cgi", { func: "add_lun", LUNIndex: lunIndex, targetIndex: 0 });
    await lab.nas.release(held, "continue");
    expect(await answer).toBe("no error");
    const order = (await lab.nas.effects())
      .filter(({ kind }) => /recoverStart|ableLun/.test(kind))
      .map(({ kind, detail }) => [kind, detail.targetIndex].join(" ").trim());
    expect(order).toEqual([
      "target.disableLun 0",
      "target.disableLun 1",
      "snapshot.recoverStart",
      "target.enableLun 0",
      "target.enableLun 1",
    ]);
    await core.stop();
  }));

test.concurrent("a NAS that is replaced by another one under its address is not repaired", async () => {
  const lab = await Lab.start("qts-5.2");
  const doomed = await lab.connect();
  const change = await restore(lab, doomed);
  await killAt(lab, doomed, change, atRevert);
  const { https, password } = lab.nas;
  await lab.nas.stop();
  const port = new URL(https).port;
  const other = await Lab.start("qts-5.2", { password, args: ["--https-port", port] });
  const before = await other.account();
  const core = await other.connect(doomed.home);
  expect(await repair(core)).toMatchObject({ state: "Interrupted", outcome: expect.stringContaining("serial number") });
  expect(await other.account()).toEqual(before);
  await core.stop();
  await other.nas.stop();
});

test.concurrent("a revert that the NAS only says it did cannot be told: no call shows what a LUN holds", () =>
  labs.use("qts-5.2", async (lab) => {
    const core = await lab.connect();
    const change = await restore(lab, core);
    await lab.nas.fault({ kind: "successWithoutEffect", match: { func: "recover_snapshot" } });
    // A known limit: only a host that reads the LUN could tell. Once one can, this test must change.
    expect(await core.code(change.method, change.params)).toBe("no error");
    expect(await lab.content("sqldata")).toBe("B");
    await core.stop();
  }));
