import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { Journal, newOperationId } from "../../../ts-core/state/journal.ts";
import { Leases } from "../../../ts-core/state/leases.ts";
import { makeStateFolder } from "./workers.ts";

let folder: string;
let journal: Journal;
const about = { nas: ["nas01", "nas01"], luns: ["a", "b"] };

beforeEach(() => {
  folder = makeStateFolder();
  journal = new Journal(folder, new Leases(folder));
});

async function listed() {
  const rows = [];
  for await (const row of journal.list()) rows.push(row);
  return rows;
}

test("an operation is running, then interrupted when nobody holds it, then ended", async () => {
  const log = await journal.begin("newLunSnapshot", about);
  const { operationId } = log;
  expect(await journal.describe(operationId)).toMatchObject({ state: "Running", nas: ["nas01"], luns: ["a", "b"] });
  expect(await journal.resume(operationId)).toBeUndefined();
  await log.release();
  expect(await journal.describe(operationId)).toMatchObject({ state: "Interrupted", endTimeUtc: null, outcome: null });

  const resumed = await journal.resume(operationId);
  expect(await journal.resume(operationId)).toBeUndefined();
  await resumed?.end("Undone", "nothing is left");
  await resumed?.release();
  expect(await journal.describe(operationId)).toMatchObject({ state: "Undone", outcome: "nothing is left" });
});

test("what was remembered is there again for recovery; only a write counts as announced", async () => {
  const log = await journal.begin("restoreLunSnapshot", about);
  await log.add("plan", { step: 0 });
  expect(log.announced).toBe(false);
  await log.add("disable", { step: 1 });
  await log.add("disable", { step: 2 });
  await log.release();
  const resumed = await journal.resume(log.operationId);
  expect(resumed?.announced).toBe(true);
  expect(resumed?.ended).toBe(false);
  expect(resumed?.last("disable")).toMatchObject({ step: 2 });
  expect(resumed?.all("disable")).toMatchObject([{ step: 1 }, { step: 2 }]);
});

test("cut at any byte, it tells what was on the disk before, and goes on from there", async () => {
  const log = await journal.begin("newLunClone", about);
  const file = join(folder, "journal", `${log.operationId}.jsonl`);
  const begun = await readFile(file);
  await log.add("clone", { name: "ä🎈" });
  await log.release();
  const whole = await readFile(file);
  for (let length = 0; length < whole.length; length++) {
    await writeFile(file, whole.subarray(0, length));
    expect((await listed()).map(({ state }) => state)).toEqual(length < begun.length ? [] : ["Interrupted"]);
    const resumed = await journal.resume(log.operationId);
    expect(resumed?.announced).toBe(false);
    await resumed?.release();
  }
});

test("an id that is none finds nothing, wherever it points", async () => {
  await writeFile(join(folder, "outside.jsonl"), '{"event":"begin"}\n');
  for (const id of ["../outside", "", ".", "a/b", "a\0b", "x".repeat(100_000)])
    expect(await journal.describe(id)).toBeUndefined();
});

test("where the begin cannot be written nothing is held", async () => {
  await rm(join(folder, "journal"), { recursive: true });
  await expect(journal.begin("newLunSnapshot", about)).rejects.toMatchObject({ code: "StateUnwritable" });
});

test("a damaged journal cannot be resumed, and is free all the same", async () => {
  const log = await journal.begin("newLunSnapshot", about);
  await log.release();
  await appendFile(join(folder, "journal", `${log.operationId}.jsonl`), "garbage\n{}\n");
  for (let i = 0; i < 2; i++)
    await expect(journal.resume(log.operationId)).rejects.toMatchObject({ code: "StateUnreadable" });
});

test("a damaged journal is told as an operation that is not touched, and hides no other", async () => {
  const bad = await journal.begin("newLunSnapshot", about);
  await bad.release();
  const good = await journal.begin("newLunClone", about);
  await good.release();
  const file = join(folder, "journal", `${bad.operationId}.jsonl`);
  await appendFile(file, "garbage\n");
  const rows = await listed();
  expect(rows.map(({ operationId }) => operationId).sort()).toEqual([bad.operationId, good.operationId].sort());
  expect(rows.find(({ operationId }) => operationId === bad.operationId)).toMatchObject({
    kind: "newLunSnapshot",
    state: "Interrupted",
    nas: ["nas01"],
    luns: ["a", "b"],
    endTimeUtc: null,
    outcome: expect.stringContaining(`${file} cannot be read, so nothing of it is touched`),
  });
  await journal.prune(Date.now() + 1000 * 24 * 3600 * 1000);
  expect(await listed()).toHaveLength(2);
});

test("of a damaged journal the whole lines are told, and what is wrong", async () => {
  const log = await journal.begin("restoreLunSnapshot", about);
  await log.add("disable", { lun: { naa: "n1" } });
  await log.add("revert");
  await log.release();
  const file = join(folder, "journal", `${log.operationId}.jsonl`);
  expect(await journal.read(log.operationId)).toEqual({ entries: log.entries });
  const lines = (await readFile(file, "utf8")).split("\n");
  const damage = expect.objectContaining({ code: "StateUnreadable" });
  for (const [index, event] of ["begin", "disable", "revert"].entries()) {
    await writeFile(file, lines.with(index, (lines[index] ?? "").replace(event, "other")).join("\n"));
    const entries = log.entries.filter((entry) => entry.event !== event);
    expect(await journal.read(log.operationId)).toEqual({ entries, damage });
    expect(await journal.describe(log.operationId)).toMatchObject({
      kind: event === "begin" ? "unknown" : "restoreLunSnapshot",
    });
  }
});

test.each([{ at: "2026-;1-01T00:00:00.000Z" }, { at: 5 }, { event: 7 }, { at: "2026-13-45T00:00:00.000Z" }])(
  "an entry with %j is damage",
  async (wrong) => {
    const log = await journal.begin("newLunSnapshot", about);
    await log.add("create", wrong);
    await log.release();
    await expect(journal.resume(log.operationId)).rejects.toMatchObject({ code: "StateUnreadable" });
  },
);

test("a folder that is gone is told, not taken for no operations", async () => {
  await rm(join(folder, "journal"), { recursive: true });
  await expect(listed()).rejects.toMatchObject({ code: "StateUnreadable" });
});

test("lists the newest first, and nothing but journals", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) {
    const log = await journal.begin("newLunSnapshot", about);
    ids.unshift(log.operationId);
    await log.release();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await writeFile(join(folder, "journal/notes.txt"), "x");
  expect((await listed()).map(({ operationId }) => operationId)).toEqual(ids);
  expect(await readdir(join(folder, "journal"))).toHaveLength(4);
});

test("operation ids: 12 letters that fit a snapshot's name, sorted by time", () => {
  const time = fc.nat({ max: Date.parse("2200-01-01") });
  fc.assert(
    fc.property(time, time, (a, b) => {
      const [idA, idB] = [newOperationId(a), newOperationId(b)];
      expect(idA).toMatch(/^[0-9a-z]{12}$/);
      if (a < b) expect(idA < idB).toBe(true);
    }),
  );
});

test("what ended long ago is forgotten; what has not ended never is", async () => {
  const ended = await journal.begin("newLunSnapshot", about);
  await ended.end("Completed", "done");
  await ended.release();
  const open = await journal.begin("newLunSnapshot", about);
  await open.release();
  const day = 24 * 3600 * 1000;
  await journal.prune(Date.now() + 89 * day);
  expect(await listed()).toHaveLength(2);
  await journal.prune(Date.now() + 91 * day);
  expect((await listed()).map(({ operationId }) => operationId)).toEqual([open.operationId]);
});
