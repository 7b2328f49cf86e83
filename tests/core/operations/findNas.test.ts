import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { CoreProcess } from "../../coreProcess.ts";

// That it finds is shown where something announces itself: tests/module/Find-QnapNas.test.ts.
test("searches as long as it was told, and ends at once when it is cancelled", async () => {
  const core = await CoreProcess.start();
  const elapsedMs = async (search: Promise<unknown>) => {
    const startMs = Date.now();
    await search;
    return Date.now() - startMs;
  };
  const whole = await elapsedMs(core.call("findNas", { timeoutMs: 700 }));
  expect(whole).toBeGreaterThanOrEqual(690);
  expect(whole).toBeLessThan(3_000);
  const search = elapsedMs(core.call("findNas", { timeoutMs: 30_000 }));
  await sleep(200);
  core.write(`{"jsonrpc":"2.0","method":"$/cancel","params":{"id":${core.lastId}}}\n`);
  expect(await search).toBeLessThan(3_000);
  await core.stop();
});
