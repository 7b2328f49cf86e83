import { describe, expect, test } from "vitest";
import { outcomeOf, type VitestReport } from "../../build/test.ts";

function report(...testResults: VitestReport["testResults"]): VitestReport {
  return { success: testResults.every(({ status }) => status === "passed"), testResults };
}

const passing = { name: "a.test.ts", status: "passed", assertionResults: [{ status: "passed", fullName: "a works" }] };

describe("the count of the test run", () => {
  test("is of tests, and names those that failed", () => {
    const failing = {
      name: "b.test.ts",
      status: "failed",
      assertionResults: [{ status: "failed", fullName: "b works" }, ...passing.assertionResults],
    };
    expect(outcomeOf(report(passing, failing), 1)).toEqual({ passed: 2, failures: ["b.test.ts: b works"] });
  });

  test("takes a file that could not be loaded for a failure", () => {
    const unloaded = { name: "b.test.ts", status: "failed", assertionResults: [] };
    expect(outcomeOf(report(passing, unloaded), 1)).toEqual({ passed: 1, failures: ["b.test.ts: could not be run"] });
  });

  test("takes a run without tests for a failure", () => {
    expect(outcomeOf(report(), 0).failures).toHaveLength(1);
    expect(outcomeOf(undefined, 0).failures).toHaveLength(1);
  });

  test("takes an error outside of any test for a failure", () => {
    expect(outcomeOf(report(passing), 1)).toEqual({
      passed: 1,
      failures: [expect.stringContaining("outside of any test")],
    });
    expect(outcomeOf(report(passing), 0)).toEqual({ passed: 1, failures: [] });
  });
});
