import { expect, test } from "vitest";
import { soak } from "./soak.ts";

/** The same for 10,000: `node tests/core/vss/soak.ts 10000`. */
test("after any sequence of callbacks every answer was allowed and in time, the next set succeeds, and nothing is left", async () => {
  expect(await soak(200, 4)).toBe(200);
}, 900_000);
