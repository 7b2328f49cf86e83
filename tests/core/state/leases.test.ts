import { createHash } from "node:crypto";
import { once } from "node:events";
import { symlinkSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { Leases } from "../../../ts-core/state/leases.ts";
import { makeStateFolder, startWorker } from "./workers.ts";

let folder: string;
let leases: Leases;
beforeEach(() => {
  folder = makeStateFolder();
  leases = new Leases(folder);
});

test("is held by one, told about, and free again", async () => {
  expect(await leases.holder("lun 1")).toBeUndefined();
  const lease = await leases.tryTake("lun 1", "newLunSnapshot in process 7");
  expect(await leases.tryTake("lun 1")).toBeUndefined();
  expect(await new Leases(folder).tryTake("lun 1")).toBeUndefined();
  expect(await leases.holder("lun 1")).toBe("newLunSnapshot in process 7");
  await lease?.release();
  expect(await leases.holder("lun 1")).toBeUndefined();
  expect(await leases.tryTake("lun 1")).toBeDefined();
});

test("names and state folders do not get in each other's way, however long", async () => {
  const name = "x".repeat(10_000);
  expect(await leases.tryTake(name)).toBeDefined();
  expect(await leases.tryTake(`${name}y`)).toBeDefined();
  expect(await new Leases(makeStateFolder()).tryTake(name)).toBeDefined();
});

test("another process holds it, and frees it by being killed", async () => {
  const { child, said } = await startWorker("hold", folder, "lun 1");
  expect(said).toBe("held");
  expect(await leases.tryTake("lun 1")).toBeUndefined();
  expect(await leases.holder("lun 1")).toBe(`worker ${child.pid}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await leases.holder("lun 1")).toBeUndefined();
  expect(await leases.tryTake("lun 1")).toBeDefined();
});

test("a holder that stands still is alive all the same", async () => {
  const { child } = await startWorker("hold", folder, "lun 1");
  child.kill("SIGSTOP");
  expect(await leases.tryTake("lun 1")).toBeUndefined();
  expect(await leases.holder("lun 1")).toBe("unknown");
  child.kill("SIGKILL");
  await once(child, "exit");
});

test("take waits until it is free, until the time is over, or until nobody wants it any more", async () => {
  const first = await leases.tryTake("lun 1");
  expect(await leases.take("lun 1", { waitMs: 120 })).toBeUndefined();
  const abort = new AbortController();
  const unwanted = leases.take("lun 1", { waitMs: 60_000, signal: abort.signal });
  abort.abort();
  expect(await unwanted).toBeUndefined();
  const wanted = leases.take("lun 1", { waitMs: 60_000 });
  await sleep(100);
  await first?.release();
  expect(await wanted).toBeDefined();
});

test("a visitor that never hangs up does not keep the holder from letting go", async () => {
  const lease = await leases.tryTake("lun 1");
  const short = (value: string, length: number) => createHash("sha256").update(value).digest("hex").slice(0, length);
  const visitor = connect({ path: `\0qnap-snapshot-${short(folder, 16)}-${short("lun 1", 24)}`, allowHalfOpen: true });
  await once(visitor, "connect");
  await lease?.release();
  expect(await leases.tryTake("lun 1")).toBeDefined();
  visitor.destroy();
});

test("a folder reached by a link has the same leases", async () => {
  const link = join(makeStateFolder(), "link");
  symlinkSync(folder, link);
  expect(await leases.tryTake("lun 1")).toBeDefined();
  expect(await new Leases(link).tryTake("lun 1")).toBeUndefined();
});

test.each([
  ["much at once", "x".repeat(1_000_000), 256],
  ["a little for ever", "x", 20],
])("a listener that says %s is left soon", async (_, word, most) => {
  const short = (value: string, length: number) => createHash("sha256").update(value).digest("hex").slice(0, length);
  const hostile = createServer((socket) => {
    const talk = setInterval(() => socket.write(word), 100);
    socket.on("error", () => undefined).on("close", () => clearInterval(talk));
  });
  hostile.listen(`\0qnap-snapshot-${short(folder, 16)}-${short("lun 1", 24)}`);
  await once(hostile, "listening");
  const begun = Date.now();
  expect((await leases.holder("lun 1"))?.length).toBeLessThanOrEqual(most);
  expect(Date.now() - begun).toBeLessThan(20_000);
  hostile.close();
});

test("of many at once exactly one gets it", async () => {
  const tries = await Promise.all(Array.from({ length: 50 }, () => leases.tryTake("lun 1")));
  expect(tries.filter((lease) => lease !== undefined)).toHaveLength(1);
});
