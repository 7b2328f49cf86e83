import fc from "fast-check";
import { expect, test } from "vitest";
import { localTime } from "../../../ts-core/nas/time.ts";

test.each([
  ["Thu Jan  4 05:06:07 2024", "2024-01-04T05:06:07"],
  ["Wed Dec 31 23:59:59 2025", "2025-12-31T23:59:59"],
  ["2024-01-04 05:06:07", "2024-01-04T05:06:07"],
  ["2024-01-04T05:06:07.123Z", "2024-01-04T05:06:07"],
  [1704344767, "2024-01-04T05:06:07"],
  ["1704344767", "2024-01-04T05:06:07"],
])("%j is %s", (value, time) => {
  expect(localTime(value)).toBe(time);
});

test.each([
  ["2024-02-31 00:00:00"],
  ["2023-02-29 00:00:00"],
  ["2024-99-99 99:99:99"],
  ["2024-01-01 24:00:00"],
  ["Thu Feb 31 05:06:07 2024"],
  ["Thu Foo  4 05:06:07 2024"],
  [0],
  [-1],
  [1704344767000],
  [8.64e15],
  [1.5],
  [Number.NaN],
  [""],
  ["--"],
  [null],
  [undefined],
  [{}],
  [[]],
  [true],
])("%j is no time", (value) => {
  expect(localTime(value)).toBeNull();
});

test("whatever it is given, it gives null or a time that exists", () => {
  const timeLike = fc.stringMatching(
    /^(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d|[A-Z][a-z]{2} (Jan|Feb|Dec) [ \d]\d \d\d:\d\d:\d\d \d{4}|\d{9,11})$/,
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.double(), fc.maxSafeInteger(), timeLike), (value) => {
      const time = localTime(value);
      if (time !== null) expect(new Date(`${time}Z`).toISOString()).toBe(`${time}.000Z`);
    }),
    { numRuns: 2_000 },
  );
});

test("epoch seconds and ctime say the same", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4_000_000_000 }), (seconds) => {
      const [, day, month, year, clock] = new Date(seconds * 1000).toUTCString().split(" ");
      expect(localTime(`Mon ${month} ${day?.replace(/^0/, " ")} ${clock} ${year}`)).toBe(localTime(seconds));
    }),
  );
});
