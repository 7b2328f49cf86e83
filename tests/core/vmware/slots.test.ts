import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { Slots } from "../../../ts-core/vmware/slots.ts";

test("neither the whole nor a host ever has more than its share, and all get through", async () => {
  const slots = new Slots(5, 2);
  const running = new Map<string, number>();
  const peaks = { total: 0, host: 0 };
  const work = async (host: string) => {
    running.set(host, (running.get(host) ?? 0) + 1);
    const counts = [...running.values()];
    peaks.total = Math.max(
      peaks.total,
      counts.reduce((sum, one) => sum + one, 0),
    );
    peaks.host = Math.max(peaks.host, ...counts);
    await pause(2);
    running.set(host, (running.get(host) ?? 0) - 1);
  };
  const hosts = Array.from({ length: 60 }, (_, index) => `esx${index % 3}`);
  await Promise.all(hosts.map((host) => slots.within(host, undefined, () => work(host))));
  expect(peaks).toEqual({ total: 5, host: 2 });
});

test("a full host does not keep the others waiting", async () => {
  const slots = new Slots(3, 1);
  const order: string[] = [];
  const enter = (host: string, name: string, ms: number) =>
    slots.within(host, undefined, async () => {
      order.push(name);
      await pause(ms);
    });
  await Promise.all([enter("a", "a1", 30), enter("a", "a2", 1), enter("b", "b1", 1)]);
  expect(order).toEqual(["a1", "b1", "a2"]);
});

test("who waits no longer gives its place up, and what fails frees its own", async () => {
  const slots = new Slots(1, 1);
  const busy = slots.within("a", undefined, () => pause(30).then(() => Promise.reject(new Error("broken"))));
  const abort = new AbortController();
  const waiting = slots.within("a", abort.signal, () => Promise.resolve("never"));
  abort.abort(new Error("gone"));
  await expect(waiting).rejects.toThrow("gone");
  await expect(slots.within("a", abort.signal, () => Promise.resolve("never"))).rejects.toThrow("gone");
  await expect(busy).rejects.toThrow("broken");
  expect(await slots.within("a", undefined, () => Promise.resolve("mine"))).toBe("mine");
  expect(slots.queued).toBe(0);
});
