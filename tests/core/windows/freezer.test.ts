import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { isCode, QnapError } from "../../../ts-core/errors.ts";
import { Unconfirmed } from "../../../ts-core/net/unconfirmed.ts";
import type { FrozenSet } from "../../../ts-core/ports.ts";
import type { Context } from "../../../ts-core/rpc/operation.ts";
import { failureOf, Intents, type LunOutcome, type Outcome } from "../../../ts-core/vss/intents.ts";
import { VssFreezer } from "../../../ts-core/windows/freezer.ts";
import type { WindowsHold } from "../../../ts-core/windows/holdRecord.ts";
import { HostSession } from "../../../ts-core/windows/powershell.ts";
import {
  doneEvent,
  failedEvent,
  type ScriptedRequestor,
  scriptRequestor,
  setEvent,
  setId,
  sqlWriter,
} from "../vss/scriptedRequestor.ts";

const operationId = "01h0000000ab";
const luns = ["6e843b6000000000000000000000d001", "6e843b6000000000000000000000d002"];
let folder: string;
let intents: Intents;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "freezer-"));
  await mkdir(join(folder, "vss"));
  intents = new Intents(folder);
});

afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const snapshots = luns.map((naa, lunIndex) => ({
  nas: "nas01",
  serial: "Q1",
  lunIndex,
  lunName: `lun${lunIndex}`,
  naa,
  spec: { name: `QS_lun${lunIndex}_20261125T220000Z_${operationId}`, description: "", expireMinutes: 0, vital: false },
}));

function holdOf(naa: string, index: number): WindowsHold {
  const paths = [`\\\\?\\Volume{5f0c7a3e-0000-0000-0000-10000000000${index}}\\`, `${"FG"[index]}:\\`];
  return {
    consumer: "Windows",
    naa,
    hyperVCheckpoint: "Production",
    volumes: paths.slice(0, 1),
    partitions: [{ accessPaths: paths }],
    accessPaths: [...paths, "C:\\"],
    vms: [],
  };
}

const context = (signal = new AbortController().signal) =>
  ({ signal, progress: () => undefined }) as unknown as Context;
const outcomeFile = () => join(folder, "vss", `${setId.slice(1, -1).toLowerCase()}.outcome.json`);

/** A set of both LUNs, with what the provider tells of it once it is asked to go on. */
async function freeze(steps: string[], outcome?: Partial<Outcome>, signal?: AbortSignal) {
  const script = await scriptRequestor(folder, steps);
  vi.stubEnv("QNAP_SNAPSHOT_VSS_REQUESTOR", script.path);
  const freezer = new VssFreezer(new HostSession("there is no VM to look at", folder), intents);
  const running = freezer.freeze({ operationId, snapshots, holds: luns.map(holdOf) }, context(signal));
  running.catch(() => undefined);
  if (outcome) {
    await vi.waitFor(async () => expect(await script.log()).toContain('read {"go":true}'), 60_000);
    expect((await intents.read(setId))?.snapshots).toEqual(snapshots);
    await intents.storeOutcome({ ...committed(), ...outcome });
  }
  return { script, running };
}

function committed(): Outcome {
  const answered = luns.map((naa): LunOutcome => ({ naa, askedMs: 100, answeredMs: 140, failure: null }));
  return { setId, operationId, state: "Committed", luns: answered, skewMs: 41.5, frozenMs: 300.4 };
}

function refusedBy(error: unknown): Partial<Outcome> {
  const [first] = luns as [string, string];
  return {
    state: "Aborted",
    luns: [
      { naa: first, askedMs: 1, answeredMs: 2, failure: failureOf(error) },
      { naa: String(luns[1]), askedMs: null, answeredMs: null, failure: failureOf(new QnapError("Cancelled", {})) },
    ],
  };
}

const go = ["read", setEvent, "read"];
const told = (...then: string[]) => [...go, `await ${outcomeFile()}`, ...then];

async function nothingStays(script: ScriptedRequestor) {
  expect(await readdir(join(folder, "vss"))).toEqual([]);
  const pid = Number((await script.log())[0]?.slice("pid ".length));
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
}

async function frozen(steps: string[], outcome?: Partial<Outcome>): Promise<FrozenSet> {
  const { script, running } = await freeze(steps, outcome);
  const set = await running;
  await nothingStays(script);
  return set;
}

async function failed(steps: string[], outcome?: Partial<Outcome>): Promise<unknown> {
  const { script, running } = await freeze(steps, outcome);
  const error = await running.catch((thrown: unknown) => thrown);
  await nothingStays(script);
  return error;
}

test("one set of the volumes of all LUNs; what the writers and the provider told is what is known of each", async () => {
  const { script, running } = await freeze(told(doneEvent([sqlWriter])), {});
  const set = await running;
  const asked = JSON.parse(String((await script.log())[1]).slice("read ".length)) as object;
  expect(asked).toEqual({
    volumes: luns.map((naa, index) => holdOf(naa, index).volumes[0]),
    excludedWriters: [],
    backupType: "Copy",
    transportable: true,
    persistent: false,
  });
  expect([...set.failures]).toEqual([]);
  expect(set).toMatchObject({ skewMs: 41.5 });
  expect(set.refusal).toBeUndefined();
  expect(set.evidence.get(String(luns[0]))).toEqual({
    vms: [],
    writers: [{ name: "SqlServerWriter", id: sqlWriter.id, consistency: "Application", reason: null }],
    volumes: { consistency: "FileSystem", reason: null },
    heldMs: 300,
  });
  expect(set.evidence.get(String(luns[1]))?.writers).toEqual([]);
  await nothingStays(script);
});

test("what is not known to have been answered before the thaw is a crash", async () => {
  const set = await frozen(told(doneEvent([sqlWriter])), { luns: committed().luns.slice(0, 1) });
  expect(set.evidence.get(String(luns[0]))?.volumes?.consistency).toBe("FileSystem");
  expect(set.evidence.get(String(luns[1]))?.volumes).toMatchObject({ consistency: "Crash" });
  expect(set.failures.get(String(luns[1]))).toBeInstanceOf(Unconfirmed);
});

test("refused before anything is frozen: no snapshot was asked for", async () => {
  const error = await failed(["read", failedEvent(0x80042316, "StartSnapshotSet")]);
  expect(isCode(error, "VssBusy")).toBe(true);
});

test("vetoed as the NAS refused: its own word is told", async () => {
  const full = new QnapError("PoolFull", { nas: "nas01", lun: "lun0", freeBytes: 0 });
  const set = await frozen(told(failedEvent(0x80042306)), refusedBy(full));
  expect(set.refusal).toMatchObject({ code: "PoolFull", message: full.message });
  expect(isCode(set.failures.get(String(luns[1])), "PoolFull")).toBe(true);
});

test("vetoed by the provider itself: its reason is told", async () => {
  const set = await frozen(told(failedEvent(0x80042306)), refusedBy(new Error("nas01 is too slow")));
  expect(isCode(set.refusal, "VssVetoed")).toBe(true);
  expect(set.refusal?.message).toContain("nas01 is too slow");
});

test("the NAS did not answer in time: its snapshot is looked for, the set does not count", async () => {
  const late = new Unconfirmed("create snapshot", "no answer as long as VSS could wait");
  const set = await frozen(told(failedEvent(0x80042306)), refusedBy(late));
  expect(isCode(set.refusal, "VssVetoed")).toBe(true);
  expect(set.failures.get(String(luns[0]))).toBeInstanceOf(Unconfirmed);
  expect(isCode(set.failures.get(String(luns[1])), "VssVetoed")).toBe(true);
});

test("all answers were there, and VSS gave up all the same: nothing of it counts", async () => {
  const set = await frozen(told(failedEvent(0x80042314)), {});
  expect(isCode(set.refusal, "VssTooSlow")).toBe(true);
  for (const naa of luns) expect(isCode(set.failures.get(naa), "VssTooSlow")).toBe(true);
});

test("the requestor dies after it was told to go on: what the provider told still tells which snapshots there may be", async () => {
  const set = await frozen(told("exit 3"), {});
  expect(isCode(set.refusal, "RequestorBroken")).toBe(true);
  for (const naa of luns) expect(isCode(set.failures.get(naa), "RequestorBroken")).toBe(true);
});

test("done without an outcome: whether a snapshot was asked for is not known, and a provider that comes late refuses the set", async () => {
  const { script, running } = await freeze([...go, doneEvent()]);
  const set = await running;
  expect((await intents.read(setId))?.snapshots).toEqual([]);
  await intents.remove(setId);
  await nothingStays(script);
  for (const naa of luns) expect(set.failures.get(naa)).toBeInstanceOf(Unconfirmed);
  expect(set.evidence.get(String(luns[0]))?.volumes?.consistency).toBe("Crash");
});

test("an outcome of another operation is not believed", async () => {
  const set = await frozen(told(doneEvent()), { operationId: "another" });
  for (const naa of luns) expect(set.failures.get(naa)).toBeInstanceOf(Unconfirmed);
});

test("cancelled before it goes on: the set is aborted, and nobody is asked for anything", async () => {
  const cancel = new AbortController();
  const { script, running } = await freeze(["read", "read"], undefined, cancel.signal);
  await vi.waitFor(async () => expect((await script.log()).length).toBe(2), 60_000);
  cancel.abort();
  expect(isCode(await running.catch((thrown: unknown) => thrown), "Cancelled")).toBe(true);
  expect(await script.log()).toContain("aborted");
  await nothingStays(script);
});
