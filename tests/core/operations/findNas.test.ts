import { expect, test } from "vitest";
import { CoreProcess } from "../../coreProcess.ts";

// That it finds is shown where something announces itself: tests/module/Find-QnapNas.test.ts.
test("searches as long as it was told, and ends at once when it is cancelled", async () => {
  const core = await CoreProcess.start();
  const ended: number[] = [];
  const search = async (timeoutMs: number) => {
    const startMs = Date.now();
    await core.call("findNas", { timeoutMs });
    ended.push(timeoutMs);
    return Date.now() - startMs;
  };
  // On both sides of the 3 s that are the default; which one ends first does not hang on how fast the machine is.
  const [short, long] = await Promise.all([search(700), search(3_500)]);
  expect(ended).toEqual([700, 3_500]);
  expect(short).toBeGreaterThanOrEqual(690);
  expect(long).toBeGreaterThanOrEqual(3_490);
  const cancelled = search(60_000);
  core.write(`{"jsonrpc":"2.0","method":"$/cancel","params":{"id":${core.lastId}}}\n`);
  expect(await cancelled).toBeLessThan(20_000);
  await core.stop();
});
