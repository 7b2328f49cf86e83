import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { Catalogue, type CloneRecord, type SnapshotRecord } from "../../../ts-core/state/catalogue.ts";
import { makeStateFolder, runWorkers } from "./workers.ts";

let folder: string;
let catalogue: Catalogue;
beforeEach(() => {
  folder = makeStateFolder();
  catalogue = new Catalogue(folder);
});

const naa = "6e843b6cd1e5b91dfa0cd4a0adbe37d7";
const snapshot = (name: string, snapshotId = "1"): SnapshotRecord => ({
  type: "snapshot",
  name,
  snapshotId,
  operationId: "0123456789ab",
  nasSerial: "Q1",
  createTimeUtc: "2026-01-01T00:00:00.000Z",
  consistency: "Crash",
  freezeMs: null,
  description: "größe 🎈\nsecond line",
  vital: false,
  expireTimeUtc: null,
});
const clone: CloneRecord = {
  type: "clone",
  name: "sqltest",
  operationId: "0123456789ab",
  nasSerial: "Q1",
  sourceNaa: naa,
  sourceSnapshot: "a",
};

test("keeps records by name, the latest of a name, until they are gone", async () => {
  await catalogue.add(naa, snapshot("a"));
  await catalogue.add(naa, snapshot("b"));
  await catalogue.add(naa, snapshot("a", "2"));
  expect(await catalogue.snapshots(naa)).toEqual(
    new Map([
      ["a", snapshot("a", "2")],
      ["b", snapshot("b")],
    ]),
  );
  await catalogue.remove(naa, "a");
  expect([...(await catalogue.snapshots(naa)).keys()]).toEqual(["b"]);
  await catalogue.add(naa, snapshot("a", "3"));
  expect((await catalogue.snapshots(naa)).get("a")?.snapshotId).toBe("3");
});

test("a record outlives the process, is of one LUN only, and a removal of what never was does no harm", async () => {
  await catalogue.add(naa, snapshot("a"));
  await catalogue.remove(naa, "never");
  expect(await new Catalogue(folder).snapshots(naa)).toHaveProperty("size", 1);
  expect(await catalogue.snapshots(naa.replace("6", "7"))).toHaveProperty("size", 0);
});

test("snapshots and clones are told apart", async () => {
  await catalogue.add(naa, snapshot("a"));
  await catalogue.add(naa, clone);
  expect(await catalogue.clone(naa, "sqltest")).toEqual(clone);
  expect(await catalogue.clone(naa, "a")).toBeUndefined();
  expect([...(await catalogue.snapshots(naa)).keys()]).toEqual(["a"]);
});

test("names of a prototype's own are names like any other", async () => {
  for (const name of ["__proto__", "constructor", "toString"]) await catalogue.add(naa, snapshot(name));
  expect((await catalogue.snapshots(naa)).size).toBe(3);
  expect(await catalogue.clone(naa, "hasOwnProperty")).toBeUndefined();
});

test("an NAA that a NAS made up names no file elsewhere", async () => {
  await catalogue.add("../../../tmp/evil\0", snapshot("a"));
  expect((await readdir(join(folder, "catalogue"))).every((name) => /^[0-9a-f_]+\.jsonl$/.test(name))).toBe(true);
});

test("two processes append to one file: every record is there, whole", async () => {
  await runWorkers(["record", folder, "left", 150], ["record", folder, "right", 150]);
  for (const side of ["left", "right"])
    for (let i = 0; i < 150; i++) expect(await catalogue.clone("6e0", `${side}-${i}`)).toMatchObject({ type: "clone" });
});

test("a large file is rewritten without what is gone or has expired; what lives stays", async () => {
  const file = join(folder, "catalogue", `${naa}.jsonl`);
  const long = { ...snapshot("long ago"), expireTimeUtc: "2026-01-02T00:00:00.000Z" };
  await catalogue.add(naa, snapshot("kept"));
  await catalogue.add(naa, long);
  for (let i = 0; i < 40; i++) {
    await catalogue.add(naa, { ...snapshot(`filler ${i}`), description: "x".repeat(8000) });
    await catalogue.remove(naa, `filler ${i}`);
  }
  await catalogue.add(naa, snapshot("last"));
  expect((await stat(file)).size).toBeLessThan(150_000);
  expect([...(await catalogue.snapshots(naa)).keys()]).toEqual(expect.arrayContaining(["kept", "last"]));
  expect((await catalogue.snapshots(naa)).has("long ago")).toBe(false);
});
