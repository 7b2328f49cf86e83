import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isCode, QnapError } from "../../../ts-core/errors.ts";
import { Unconfirmed } from "../../../ts-core/net/unconfirmed.ts";
import { lineOf } from "../../../ts-core/state/files.ts";
import { errorOf, failureOf, type Intent, Intents, type Outcome } from "../../../ts-core/vss/intents.ts";

let folder: string;
let intents: Intents;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "intents-"));
  await mkdir(join(folder, "vss"));
  intents = new Intents(folder);
});

afterAll(() => rm(folder, { recursive: true }));

const setId = "{8C1A9E50-6B0B-4F0E-9E3B-0A1B2C3D4E5F}";
const file = (id: string, kind: string) => join(folder, "vss", `${id.slice(1, -1).toLowerCase()}.${kind}.json`);
const intent = (id: string, operationId = "01h0000000ab"): Intent => ({
  setId: id,
  operationId,
  snapshots: [
    {
      nas: "nas01",
      serial: "Q1",
      lunIndex: 3,
      lunName: "sqldata",
      naa: "6e843b6000000000000000000000d001",
      spec: { name: "QS_sqldata_20261125T220000Z_01h0000000ab", description: "", expireMinutes: 0, vital: false },
    },
  ],
});

test("an intent is found under its set's id, in any case, until it is removed", async () => {
  await intents.store(intent(setId));
  expect(await intents.read(setId.toLowerCase())).toMatchObject(intent(setId));
  expect((await intents.of("01h0000000ab")).map((one) => one.setId)).toEqual([setId]);
  await intents.remove(setId);
  expect(await intents.read(setId)).toBeUndefined();
  expect(await intents.of("01h0000000ab")).toEqual([]);
});

test("an outcome is told once it is there", async () => {
  const luns = [{ naa: "6e843b6000000000000000000000d001", askedMs: 5, answeredMs: 8, failure: null }];
  const outcome: Outcome = { setId, operationId: "1", state: "Committed", luns, skewMs: 3, frozenMs: 40 };
  expect(await intents.outcome(setId)).toBeUndefined();
  await intents.storeOutcome(outcome);
  expect(await intents.outcome(setId)).toMatchObject(outcome);
  await intents.remove(setId);
});

test("one that was withdrawn holds no LUN: the provider's set cannot fit it", async () => {
  await intents.store(intent(setId));
  await intents.withdraw(intent(setId));
  expect((await intents.read(setId))?.snapshots).toEqual([]);
  await intents.remove(setId);
});

test.each([
  ["damaged", async (path: string) => writeFile(path, (await readFile(path, "utf8")).replace("sqldata", "sqldatb"))],
  ["of another set", async (path: string) => writeFile(path, dated(intent(setId.replace("8C1A", "8C1B"))))],
  ["old", async (path: string) => writeFile(path, dated(intent(setId), Date.now() - 31 * 60_000))],
  ["no intent", async (path: string) => writeFile(path, lineOf({ at: new Date().toISOString(), setId }))],
])("an intent that is %s is told, and not used", async (_, spoil) => {
  await intents.store(intent(setId));
  await spoil(file(setId, "intent"));
  const error = await intents.read(setId).catch((thrown: unknown) => thrown);
  expect(isCode(error, "StateUnreadable")).toBe(true);
  await intents.remove(setId);
});

const dated = (content: Intent, at = Date.now()) => lineOf({ at: new Date(at).toISOString(), ...content });

test("what nobody fetched is gone after a day", async () => {
  await intents.store(intent(setId));
  const longAgo = new Date(Date.now() - 25 * 3600 * 1000);
  await utimes(file(setId, "intent"), longAgo, longAgo);
  const next = setId.replace("8C1A", "8C1C");
  await intents.store(intent(next));
  expect(await readdir(join(folder, "vss"))).toEqual([file(next, "intent").split("/").at(-1)]);
  await intents.remove(next);
});

test("an id that would name a file elsewhere is refused", async () => {
  await expect(intents.read("../../etc/passwd")).rejects.toThrow("is no id of a shadow copy set");
});

test("how the NAS took a request passes from process to process", () => {
  const busy = new QnapError("NasBusy", { nas: "nas01", call: "create snapshot", result: -22 });
  const again = errorOf(JSON.parse(JSON.stringify(failureOf(busy))));
  expect(isCode(again, "NasBusy") && again.message).toBe(busy.message);
  const lost = errorOf(JSON.parse(JSON.stringify(failureOf(new Unconfirmed("create snapshot", "no answer")))));
  expect(lost).toBeInstanceOf(Unconfirmed);
  expect(lost.message).toBe("no answer");
  expect(errorOf({ code: "Later" as "Internal", message: "new", details: {} })).toBeInstanceOf(Unconfirmed);
});

test("an intent of several LUNs may be withdrawn for each of them at once", async () => {
  await intents.store(intent(setId));
  await Promise.all([intents.withdraw(intent(setId)), intents.withdraw(intent(setId))]);
  expect((await intents.read(setId))?.snapshots).toEqual([]);
  await intents.remove(setId);
});
