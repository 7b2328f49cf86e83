import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareVersions, type Family, findFirmware } from "../../../ts-core/nas/firmware.ts";

const version = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));

describe("compareVersions", () => {
  test.each([
    ["4.3.6", "4.2", 1],
    ["4.2", "4.2.0", 0],
    ["h5.3.4", "5.3.4", 0],
    ["4.10", "4.9", 1],
    ["5.0", "5.0.1", -1],
    ["", "0", 0],
  ])("%s against %s", (left, right, sign) => {
    expect(Math.sign(compareVersions(left, right))).toBe(sign);
  });

  test("is an order: the same both ways round, and goes on from one to the next", () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [ab, bc, ac] = [compareVersions(a, b), compareVersions(b, c), compareVersions(a, c)];
        expect(Math.sign(compareVersions(b, a))).toBe(-Math.sign(ab) + 0);
        if (ab <= 0 && bc <= 0) expect(ac).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe("findFirmware", () => {
  test.each([
    ["QTS", "4.1.9", undefined],
    ["QTS", "4.2.0", "4.2"],
    ["QTS", "4.3.6.1907", "4.2"],
    ["QTS", "5.2.9", "5.0"],
    ["QuTS hero", "h4.0", undefined],
    ["QuTS hero", "h5.3.4", "4.5"],
    ["QuTS hero", "h6.0.1", "6.0"],
    ["QES", "1.0", undefined],
    ["QES", "2.2.1", "1.1"],
  ] as [Family, string, string | undefined][])("%s %s takes the row from %s", (family, version, from) => {
    expect(findFirmware(family, version)?.from).toBe(from);
  });

  test("any text is a version of this family's, or of none; never of a row that is newer than it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Family>("QTS", "QuTS hero", "QES"),
        fc.oneof(version, fc.string()),
        (family, version) => {
          const found = findFirmware(family, version);
          if (!found) return;
          expect(found.family).toBe(family);
          expect(compareVersions(version, found.from)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
