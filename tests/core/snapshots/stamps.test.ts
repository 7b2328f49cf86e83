import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conclude, judge } from "../../../ts-core/snapshots/stamps.ts";

/** A stamp every 10 ms from 0 to 1 s; asked at 400 ms, answered at 600 ms. */
const written = Array.from({ length: 101 }, (_, i) => i * 10_000);
const trial = (inside: number, more = {}) => judge({ askedUs: 401_000, answeredUs: 601_000, written, inside, ...more });

describe("one snapshot", () => {
  test.each([
    [62, "early"],
    [101, "early"],
    [61, "kept"],
    [50, "kept"],
    [40, "kept"],
    [39, "unclear"],
    [0, "unclear"],
    [200, "unclear"],
  ])("with %i of the stamps inside is %s", (inside, verdict) => {
    expect(trial(inside)).toBe(verdict);
  });

  test("says nothing where the stamps around request or answer are far apart", () => {
    expect(trial(50, { written: written.filter((us) => us < 601_000 || us > 702_000) })).toBe("unclear");
    expect(trial(20, { written: written.filter((us) => us < 299_000 || us > 402_000) })).toBe("unclear");
    expect(trial(50, { answeredUs: 1_000_001 })).toBe("unclear");
  });

  test("is early exactly where a stamp that was begun after the answer is inside", () => {
    const times = fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (gaps, at, count) => {
        let nowUs = 0;
        const begun = gaps.map((gap) => (nowUs += gap));
        const answeredUs = Math.floor(at * nowUs);
        const inside = count % (begun.length + 1);
        const isEarly = inside > 0 && (begun[inside - 1] as number) > answeredUs;
        expect(judge({ askedUs: 0, answeredUs, written: begun, inside }) === "early").toBe(isEarly);
      }),
    );
  });
});

test.each([
  [[], undefined],
  [["kept", "kept"], undefined],
  [["kept", "kept", "kept"], "yes"],
  [["kept", "unclear", "kept", "unclear", "kept"], "yes"],
  [["kept", "early"], "no"],
  [["unclear", "early"], "no"],
  [["kept", "unclear", "kept", "unclear", "unclear", "unclear"], "unknown"],
] as const)("%j together: %s", (verdicts, answer) => {
  expect(conclude(verdicts)).toBe(answer);
});
