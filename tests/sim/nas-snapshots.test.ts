import { open, readFile, truncate } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { Caller, rows } from "./nas/caller.ts";
import type { ProfileName } from "./nas/profiles.ts";
import { type NasOptions, type SimulatedNas, startNas } from "./nas/start.ts";

let nas: SimulatedNas;
afterEach(() => nas.stop());

async function start(profile: ProfileName, options: NasOptions = {}): Promise<Caller> {
  nas = await startNas({ profile, ...options });
  await nas.addLun({ name: "sqldata", sizeBytes: 1 << 20, target: false });
  return Caller.login(nas);
}

type Row = Record<string, string>;
const list = async (caller: Caller, more: Record<string, number> = {}): Promise<Row[]> =>
  rows((await caller.snapshot("extra_get", { LUNIndex: 0, snapshot_list: 1, ...more })).doc.SnapshotList);

/** Creates and waits until it is listed, as every client of this interface must. */
async function take(caller: Caller, name: string, more: Record<string, string | number> = {}): Promise<Row> {
  const spec = { lunID: 0, snapshot_name: name, expire_min: 0, vital: 1, snapshot_type: 0, ...more };
  expect((await caller.snapshot("create_snapshot", spec)).result).toBeGreaterThanOrEqual(0);
  let row: Row | undefined;
  const taken = async () => {
    row = (await list(caller)).find((other) => other.snapshot_name === name);
    return row;
  };
  await expect.poll(taken).toBeDefined();
  return row as unknown as Row;
}

async function fileOf(lun: string): Promise<string> {
  return (await nas.state()).luns.find(({ name }) => name === lun)?.file ?? "";
}

async function write(lun: string, text: string): Promise<void> {
  const file = await open(await fileOf(lun), "r+");
  await file.write(text, 4096);
  await file.close();
}

const read = async (lun: string): Promise<string> => (await readFile(await fileOf(lun))).toString("latin1", 4096, 4099);

/** Until nothing goes on in the background. */
const settled = () => expect.poll(async () => (await nas.state()).jobs).toEqual([]);

const deleteVerb = (profile: ProfileName): string => (/^q(ts-4|es)/.test(profile) ? "del_snapshots" : "del_snapshot");

describe.each(["qts-4.3.6", "qts-5.1", "qts-5.2", "qutscloud", "hero-h5.3", "qes-2.1"] as const)("%s", (profile) => {
  test("create, list, delete: listed late, gone late", async () => {
    // A second: a busy machine would else ask when the snapshot has gone already.
    const caller = await start(profile, { quirks: { deleteSnapshotMs: 50_000 } });
    const row = await take(caller, "first");
    expect(row.create_time).toMatch(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/);
    const gone = await caller.snapshot(deleteVerb(profile), { snapshotID: String(row.snapshot_id) });
    expect(gone.result).toBe(0);
    expect(await list(caller)).toMatchObject([{ snapshot_name: "first", status: "1" }]);
    await expect.poll(() => list(caller)).toEqual([]);
    expect((await nas.effects()).map(({ kind }) => kind).slice(-3)).toEqual([
      "snapshot.create",
      "snapshot.delete",
      "snapshot.gone",
    ]);
  });

  test("a revert brings the bytes back into the same file", async () => {
    const caller = await start(profile);
    await write("sqldata", "old");
    const { snapshot_id = "" } = await take(caller, "before");
    await write("sqldata", "new");
    const answer = await caller.snapshot("recover_snapshot", {
      by_lun: 1,
      snapshotID: snapshot_id,
      take_snapshot: "no",
    });
    expect(answer).toMatchObject({ result: 0, doc: { fork: "1" } });
    await settled();
    expect(await read("sqldata")).toBe("old");
  });

  test("a clone is a LUN with bytes and NAA of its own", async () => {
    const caller = await start(profile);
    await write("sqldata", "old");
    const { snapshot_id = "" } = await take(caller, "before");
    await write("sqldata", "new");
    const clone = await caller.snapshot("clone_qsnapshot", { by_lun: 1, snapshotID: snapshot_id, new_name: "copy" });
    expect(clone.result).toBe(0);
    await settled();
    expect(await read("copy")).toBe("old");
    const [source, copy] = (await nas.state()).luns;
    expect(copy).toMatchObject({ name: "copy", status: "ready", targets: [] });
    expect(copy?.naa).not.toBe(source?.naa);
  });
});

describe("creating", () => {
  test("the answer comes before the point in time, unless told otherwise", async () => {
    const caller = await start("qts-5.2", { quirks: { createSnapshotMs: 10_000 } });
    await write("sqldata", "aaa");
    const { result } = await caller.snapshot("create_snapshot", { lunID: 0, snapshot_name: "early" });
    await write("sqldata", "bbb");
    expect(await list(caller)).toEqual([]);
    await settled();
    const file = (await nas.state()).snapshots.find(({ snapshotId }) => snapshotId === result)?.file ?? "";
    expect((await readFile(file)).toString("latin1", 4096, 4099)).toBe("bbb");

    await nas.quirk("createAnswersEarly", "off");
    await caller.snapshot("create_snapshot", { lunID: 0, snapshot_name: "late" });
    expect((await list(caller)).map((row) => row.snapshot_name)).toEqual(["early", "late"]);
  });

  test("the result is an id on 5.2 and zero on 4.3.6; names may repeat unless told otherwise", async () => {
    const recent = await start("qts-5.2");
    const create = { lunID: 0, snapshot_name: "same" };
    const first = (await recent.snapshot("create_snapshot", create)).result;
    expect(first).toBeGreaterThan(0);
    expect((await recent.snapshot("create_snapshot", create)).result).toBe(Number(first) + 1);
    await settled();
    await nas.quirk("duplicateSnapshotNames", "off");
    expect((await recent.snapshot("create_snapshot", create)).result).toBe(-22);
    await nas.stop();
    const old = await start("qts-4.3.6");
    expect((await old.snapshot("create_snapshot", create)).result).toBe(0);
  });

  test("an unknown LUN is -200005, an unknown snapshot -206021", async () => {
    const caller = await start("qts-4.3.6");
    expect((await caller.snapshot("create_snapshot", { lunID: 9, snapshot_name: "x" })).result).toBe(-200005);
    expect((await caller.snapshot("del_snapshots", { snapshotID: 9 })).result).toBe(-206021);
    expect((await caller.snapshot("del_snapshot", { snapshotID: 9 })).result).toBeUndefined();
  });

  test("QTS takes them one after the other, hero many at once", async () => {
    const sixteen = async (caller: Caller): Promise<number> => {
      const startedAt = performance.now();
      const one = (i: number) => caller.snapshot("create_snapshot", { lunID: 0, snapshot_name: `s${i}` });
      await Promise.all(Array.from({ length: 16 }, (_, i) => one(i)));
      return performance.now() - startedAt;
    };
    const queued = await sixteen(await start("qts-5.2", { quirks: { latencyMs: 50 } }));
    expect(queued).toBeGreaterThan(16 * 50);
    await nas.stop();
    const together = await sixteen(await start("hero-h5.3", { quirks: { latencyMs: 1000 } }));
    expect(together).toBeLessThan(12 * 1000);
  });

  test("the limit is kept: 256 on a LUN, then nothing is made although nothing fails", async () => {
    const caller = await start("qts-4.3.6");
    await nas.seedSnapshots({ lun: "sqldata", count: 256 });
    expect((await caller.snapshot("create_snapshot", { lunID: 0, snapshot_name: "more" })).result).toBe(0);
    await settled();
    expect((await list(caller)).some((row) => row.snapshot_name === "more")).toBe(false);
    await nas.quirk("limitRecycles", "on");
    await take(caller, "recycling");
    expect((await list(caller))[0]?.snapshot_name).toBe("snap2");
  });

  test("expiry goes by the clock of the NAS and leaves vital snapshots alone", async () => {
    const caller = await start("qts-5.2");
    await take(caller, "short", { expire_min: 30, vital: 0 });
    await take(caller, "vital", { expire_min: 30, vital: 1 });
    await take(caller, "forever", { vital: 0 });
    await nas.clock(31 * 60_000);
    expect((await list(caller)).map((row) => row.snapshot_name)).toEqual(["vital", "forever"]);
    await nas.quirk("vitalExpires", "on");
    await expect.poll(() => list(caller)).toHaveLength(1);
  });

  test("create_time is local time an hour east of UTC, without saying so", async () => {
    const caller = await start("qts-5.2");
    const { create_time = "" } = await take(caller, "now");
    expect(Math.abs(Date.parse(`${create_time} +0100`) - Date.now())).toBeLessThan(60_000);
    await nas.quirk("createTime", "epoch");
    expect(Number((await list(caller))[0]?.create_time)).toBeGreaterThan(1.7e9);
  });
});

describe("lists", () => {
  test("QES pages, QTS does not", async () => {
    const qes = await start("qes-2.1");
    await nas.seedSnapshots({ lun: "sqldata", count: 130 });
    expect(await list(qes)).toHaveLength(100);
    expect(await list(qes, { snap_start: 100, snap_count: 100 })).toHaveLength(30);
    await nas.stop();
    const qts = await start("qts-4.3.6");
    await nas.seedSnapshots({ lun: "sqldata", count: 130 });
    expect(await list(qts, { snap_start: 0, snap_count: 10 })).toHaveLength(130);
  });

  test("details and words only where they are switched on; QES repeats its result", async () => {
    const caller = await start("qes-2.1", { quirks: { snapshotDetails: true, snapshotStatus: "words" } });
    await take(caller, "full", { snapshot_description: "before the patch", vital: 0 });
    expect(await list(caller)).toMatchObject([
      { status: "Ready", vital: "0", snapshot_description: "before the patch" },
    ]);
    const missing = await caller.snapshot("extra_get", { LUNIndex: 7, snapshot_list: 1 });
    expect(missing).toMatchObject({ result: -200005, doc: { ES_RET_CODE: "-200005" } });
  });

  test("10,000 snapshots on 100 LUNs are there within a minute", async () => {
    const caller = await start("hero-h5.3");
    const startedAt = performance.now();
    for (let i = 0; i < 100; i++) {
      await nas.addLun({ name: `lun${i}`, target: false });
      await nas.seedSnapshots({ lun: `lun${i}`, count: 100, namePrefix: `lun${i}-` });
    }
    expect(performance.now() - startedAt).toBeLessThan(60_000);
    expect(
      rows((await caller.snapshot("extra_get", { LUNIndex: 100, snapshot_list: 1 })).doc.SnapshotList),
    ).toHaveLength(100);
    expect((await nas.state()).snapshots).toHaveLength(10_000);
  });
});

describe("reverting", () => {
  const revert = (caller: Caller, id = "") => caller.snapshot("recover_snapshot", { by_lun: 1, snapshotID: id });

  test.each([
    ["qts-5.2", ["one", "two"]],
    ["hero-h5.3", ["one"]],
  ] as const)("%s keeps %j", async (profile, kept) => {
    const caller = await start(profile);
    const { snapshot_id } = await take(caller, "one");
    await take(caller, "two");
    await revert(caller, snapshot_id);
    await settled();
    expect((await list(caller)).map((row) => row.snapshot_name)).toEqual(kept);
  });

  test("brings an older size back, and another NAA where that is switched on", async () => {
    const caller = await start("qts-5.2", { quirks: { revertChangesNaa: true } });
    const { snapshot_id } = await take(caller, "small");
    const [before] = (await nas.state()).luns;
    await truncate(before?.file ?? "", 1 << 21);
    await revert(caller, snapshot_id);
    await settled();
    const [after] = (await nas.state()).luns;
    expect(after?.naa).not.toBe(before?.naa);
    expect((await readFile(after?.file ?? "")).length).toBe(1 << 20);
  });

  test("a safety snapshot on request, or -103 where there is no room for it", async () => {
    const caller = await start("qts-4.3.6");
    const { snapshot_id = "" } = await take(caller, "one");
    const safely = { by_lun: 1, snapshotID: snapshot_id, take_snapshot: "yes" };
    expect((await caller.snapshot("recover_snapshot", safely)).result).toBe(0);
    await settled();
    expect((await list(caller))[1]?.snapshot_name).toMatch(/^Recover/);
    await nas.seedSnapshots({ lun: "sqldata", count: 254 });
    expect((await caller.snapshot("recover_snapshot", safely)).result).toBe(-103);
  });

  test("a mapped LUN is refused where that is the rule", async () => {
    const caller = await start("qts-5.2", { quirks: { recoverRefusedWhen: "mapped" } });
    await nas.addLun({ name: "mapped", sizeBytes: 1 << 20 });
    const [id] = await nas.seedSnapshots({ lun: "mapped", count: 1 });
    expect((await revert(caller, String(id))).result).toBe(-14);
    expect((await nas.effects()).some(({ kind }) => kind === "snapshot.recoverStart")).toBe(false);
  });
});

describe("clones", () => {
  const clone = (caller: Caller, func: string, more: Record<string, string | number>) =>
    caller.snapshot(func, { by_lun: 1, ...more });

  test("an instant clone holds its snapshot: deletes do nothing, a revert behind it is -619", async () => {
    const caller = await start("hero-h5.3");
    const one = await take(caller, "one");
    const two = await take(caller, "two");
    const snapshotID = String(two.snapshot_id);
    await clone(caller, "instant_clone_qsnapshot", { snapshotID, new_name: "fast", poolID: 1 });
    await settled();
    expect((await caller.snapshot("del_snapshot", { snapshotID })).result).toBe(0);
    await settled();
    expect(await list(caller)).toHaveLength(2);
    await nas.quirk("deleteIgnoredWithClone", "off");
    expect((await caller.snapshot("del_snapshot", { snapshotID })).result).toBe(-618);
    const back = await caller.snapshot("recover_snapshot", { by_lun: 1, snapshotID: String(one.snapshot_id) });
    expect(back.result).toBe(-619);
  });

  test("QTS knows no instant clone, refuses a name twice, and maps on request", async () => {
    const caller = await start("qts-5.2");
    await nas.addLun({ name: "neighbour", sizeBytes: 1 << 20 });
    const snapshotID = String((await take(caller, "one")).snapshot_id);
    expect((await clone(caller, "instant_clone_qsnapshot", { snapshotID, new_name: "x" })).result).toBeUndefined();
    expect((await clone(caller, "clone_qsnapshot", { snapshotID, new_name: "sqldata" })).result).toBe(-22);
    await clone(caller, "clone_qsnapshot", { snapshotID, new_name: "copy", targetIndex: 0 });
    await settled();
    const copy = (await nas.state()).luns.find(({ name }) => name === "copy");
    expect(copy?.targets).toMatchObject([{ targetIndex: 0, lunNumber: 1, enabled: true }]);
  });

  test("get_return is one slot for all: the later job's end is told to who asks about the earlier", async () => {
    const caller = await start("qts-5.2", { quirks: { cloneMs: 50_000 } });
    const snapshotID = String((await take(caller, "one")).snapshot_id);
    const outcome = async () => (await caller.snapshot("get_return", { cginame: "snapshot.cgi" })).doc;
    await clone(caller, "clone_qsnapshot", { snapshotID, new_name: "slow" });
    expect(await outcome()).toMatchObject({ processing: "1" });
    expect(await outcome()).not.toHaveProperty("result");
    await nas.quirk("cloneMs", 0);
    await clone(caller, "clone_qsnapshot", { snapshotID, new_name: "fast" });
    await expect.poll(() => outcome()).toMatchObject({ processing: "0", result: "0" });
    const slow = (await nas.state()).luns.find(({ name }) => name === "slow");
    expect(slow?.status).toBe("creating");
  });

  test("a snapshot that is being read is not deleted", async () => {
    const caller = await start("qts-5.2");
    const snapshotID = String((await take(caller, "one")).snapshot_id);
    await clone(caller, "clone_qsnapshot", { snapshotID, new_name: "copy" });
    expect((await caller.snapshot("del_snapshot", { snapshotID })).result).toBe(-34);
    await settled();
    expect((await caller.snapshot("del_snapshot", { snapshotID })).result).toBe(0);
  });
});
