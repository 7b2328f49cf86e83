import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inOrder, settleAll } from "../../ts-core/parallel.ts";

/** Work that takes as many turns as told, fails where told, and counts how much of it runs at once. */
function counted(fails: readonly boolean[] = []) {
  const count = { running: 0, most: 0, started: 0 };
  const work = async (turns: number): Promise<number> => {
    const index = count.started++;
    count.most = Math.max(count.most, ++count.running);
    for (let i = 0; i <= turns; i++) await Promise.resolve();
    count.running--;
    if (fails[index]) throw new Error(`item ${index}`);
    return turns;
  };
  return { count, work };
}

const durations = fc.array(fc.nat({ max: 20 }), { maxLength: 30 });
const width = fc.integer({ min: 1, max: 40 });

test("settleAll: every outcome in its place, never more at once than allowed, and as many as allowed", async () => {
  await fc.assert(
    fc.asyncProperty(durations, width, fc.array(fc.boolean()), async (items, width, fails) => {
      const { count, work } = counted(fails);
      const outcomes = await settleAll(items, width, work);
      expect(outcomes.map(({ status }) => status)).toEqual(items.map((_, i) => (fails[i] ? "rejected" : "fulfilled")));
      outcomes.forEach((outcome, i) => {
        if (outcome.status === "fulfilled") expect(outcome.value).toBe(items[i]);
        else expect(String(outcome.reason)).toContain(`item ${i}`);
      });
      expect(count.most).toBe(Math.min(width, items.length));
      expect(count.started).toBe(items.length);
    }),
  );
});

test("inOrder: results in the order of the items, never more at once than allowed", async () => {
  await fc.assert(
    fc.asyncProperty(durations, width, async (items, width) => {
      const { count, work } = counted();
      const results: number[] = [];
      for await (const result of inOrder(items, width, work)) results.push(result);
      expect(results).toEqual(items);
      expect(count.most).toBeLessThanOrEqual(width);
    }),
  );
});

test("inOrder: a failure is told in its turn, and starts nothing more", async () => {
  const { count, work } = counted([false, false, true]);
  const results: number[] = [];
  const run = async () => {
    for await (const result of inOrder([9, 0, 1, 2, 3, 4, 5, 6], 3, work)) results.push(result);
  };
  await expect(run()).rejects.toThrow("item 2");
  expect(results).toEqual([9, 0]);
  const { started } = count;
  await sleep(10);
  expect(count.started).toBe(started);
  expect(started).toBeLessThan(8);
});

test("inOrder: who has seen enough ends it; later failures disturb nobody", async () => {
  const { count, work } = counted([false, true, true, true]);
  for await (const result of inOrder([0, 1, 2, 3, 4, 5, 6], 4, work)) {
    expect(result).toBe(0);
    break;
  }
  await sleep(10);
  expect(count.started).toBe(4);
});
