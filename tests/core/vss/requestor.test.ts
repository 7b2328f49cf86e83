import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { isCode } from "../../../ts-core/errors.ts";
import { Requestor, type SetRequest } from "../../../ts-core/vss/requestor.ts";
import {
  doneEvent,
  failedEvent,
  type ScriptedRequestor,
  scriptRequestor,
  setEvent,
  setId,
} from "./scriptedRequestor.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "requestor-"));
});

afterAll(() => rm(folder, { recursive: true }));

const request: SetRequest = {
  volumes: ["\\\\?\\Volume{5f0c7a3e-0000-0000-0000-100000000000}\\"],
  excludedWriters: [],
  backupType: "Copy",
  transportable: true,
  persistent: false,
};
const never = new AbortController().signal;

async function start(...steps: string[]): Promise<{ requestor: Requestor; script: ScriptedRequestor }> {
  const script = await scriptRequestor(folder, steps);
  return { requestor: await Requestor.start(script.path, request), script };
}

async function isRunning(script: ScriptedRequestor): Promise<boolean> {
  const pid = Number((await script.log())[0]?.slice("pid ".length));
  expect(pid).toBeGreaterThan(0);
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a set is told, and made only when it is told to go on", async () => {
  const { requestor, script } = await start("read", setEvent, "read", doneEvent());
  expect(await requestor.prepared(never)).toMatchObject({ event: "set", setId });
  expect(await script.log()).not.toContain('read {"go":true}');
  expect(await requestor.create()).toMatchObject({ event: "done", hr: 0 });
  await requestor.end();
  expect((await script.log()).slice(1)).toEqual([`read ${JSON.stringify(request)}`, 'read {"go":true}', "done"]);
});

test("that it waits for another program's set is no event", async () => {
  const waiting = 'say {"event":"waiting","phase":"StartSnapshotSet","hr":2147754774,"message":"","retryMs":1000}';
  const { requestor } = await start("read", waiting, waiting, setEvent, "read");
  expect(await requestor.prepared(never)).toMatchObject({ setId });
  await requestor.end();
});

test("a set that is refused is told with its writers", async () => {
  const { requestor } = await start("read", failedEvent(0x80042316, "StartSnapshotSet"));
  expect(await requestor.prepared(never)).toMatchObject({ event: "failed", hr: 0x80042316, writers: [] });
  await requestor.end();
});

test("one that is given up before it goes on is aborted by its requestor, and no process is left", async () => {
  const { requestor, script } = await start("read", setEvent, "read", doneEvent());
  await requestor.prepared(never);
  await requestor.end();
  expect(await script.log()).toContain("aborted");
  expect(await isRunning(script)).toBe(false);
});

test("cancelled while writers get ready: at once", async () => {
  const { requestor, script } = await start("read", "read");
  const cancel = new AbortController();
  setTimeout(() => cancel.abort(), 50);
  const error = await requestor.prepared(cancel.signal).catch((thrown: unknown) => thrown);
  expect(isCode(error, "Cancelled")).toBe(true);
  await requestor.end();
  expect(await script.log()).toContain("aborted");
});

test("one that hangs is killed in the end", async () => {
  const { requestor, script } = await start("read", setEvent, "hang");
  await requestor.prepared(never);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const ended = requestor.end();
  await vi.advanceTimersByTimeAsync(29_000);
  expect(await isRunning(script)).toBe(true);
  await vi.advanceTimersByTimeAsync(2_000);
  vi.useRealTimers();
  await ended;
  expect(await isRunning(script)).toBe(false);
});

test.each([
  ["dies at once", ["exit 3"]],
  ["dies before its set", ["read", "exit 3"]],
  ["says what is no JSON", ["read", "say {oops"]],
  ["says something else", ["read", 'say {"event":"hello"}']],
  ["says nothing but null", ["read", "say null"]],
  ["is done before it was told to go on", ["read", doneEvent()]],
  ["tells a set without its id", ["read", 'say {"event":"set"}']],
])("one that %s is told as broken", async (_, steps) => {
  const { requestor, script } = await start(...steps);
  const error = await requestor.prepared(never).catch((thrown: unknown) => thrown);
  expect(isCode(error, "RequestorBroken"), String(error)).toBe(true);
  await requestor.end();
  expect(await isRunning(script)).toBe(false);
});

test.each([
  ["dies", ["exit 3"]],
  ["tells a second set", [setEvent]],
  ["leaves out the writers", ['say {"event":"done","hr":0,"phase":"DoSnapshotSet"}']],
])("one that %s after it was told to go on is told as broken", async (_, steps) => {
  const { requestor } = await start("read", setEvent, "read", ...steps);
  await requestor.prepared(never);
  const error = await requestor.create().catch((thrown: unknown) => thrown);
  expect(isCode(error, "RequestorBroken"), String(error)).toBe(true);
  await requestor.end();
});

test("a program that is not there is told with its path", async () => {
  const error = await Requestor.start(join(folder, "missing"), request).catch((thrown: unknown) => thrown);
  expect(isCode(error, "RequestorNotStarted")).toBe(true);
  expect(String(error)).toContain(join(folder, "missing"));
});
