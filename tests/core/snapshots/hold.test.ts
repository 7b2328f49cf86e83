import { expect, test } from "vitest";
import { isCode } from "../../../ts-core/errors.ts";
import type { Freezer, HoldPlan } from "../../../ts-core/ports.ts";
import { mustGoTogether } from "../../../ts-core/snapshots/hold.ts";

const freezer: Freezer = { freeze: () => Promise.reject(new Error("nothing is frozen here")) };
const held = {} as HoldPlan;
const frozen = { freezer } as HoldPlan;
const luns = ["sqldata", "sqllog"].map((name) => ({ lun: { name } }));

test("a set is frozen as a whole, or not at all", () => {
  expect(() => mustGoTogether(luns, [[frozen], [frozen]])).not.toThrow();
  expect(() => mustGoTogether(luns, [[held], [held, held]])).not.toThrow();
});

test.each([
  ["one LUN is frozen and the other is held", [[frozen], [held]]],
  ["a LUN is held by somebody else as well", [[frozen], [frozen, held]]],
  ["two would freeze it", [[frozen], [{ freezer: { ...freezer } } as HoldPlan]]],
])("%s: refused, with the names", (_, plans) => {
  let error: unknown;
  try {
    mustGoTogether(luns, plans);
  } catch (thrown) {
    error = thrown;
  }
  expect(isCode(error, "MixedSet")).toBe(true);
  expect(String(error)).toContain("sqllog");
});
