import fc from "fast-check";
import { expect, test } from "vitest";
import { hasWildcard, matcher } from "../../ts-core/wildcard.ts";

test.each([
  ["*", "", true],
  ["?", "", false],
  ["", "", true],
  ["", "a", false],
  ["sql*", "SQLdata", true],
  ["sql*", "mysql", false],
  ["*sql*", "mysqldata", true],
  ["s?l", "sql", true],
  ["s?l", "sl", false],
  ["*.log", "a.log.log", true],
  ["a*b*c", "aXbXbXc", true],
  ["a*b*c", "aXcXb", false],
  ["a.c", "abc", false],
  ["[a]", "a", false],
  ["[a]+(b)|$^\\", "[a]+(b)|$^\\", true],
  ["größe*", "GRÖSSE", false],
  ["größe*", "GRÖßE 1", true],
  ["a*", "a\nb", true],
])("%j fits %j: %s", (pattern, name, fits) => {
  expect(matcher(pattern)(name)).toBe(fits);
});

/** The same, said in another way: as a regular expression over short texts, where it cannot run away. */
function byExpression(pattern: string, name: string): boolean {
  const source = [...pattern].map((letter) => ({ "*": "[^]*", "?": "[^]" })[letter] ?? letter).join("");
  return new RegExp(`^${source}$`).test(name);
}

test("fits exactly what the regular expression fits", () => {
  const letters = fc.array(fc.constantFrom("a", "b"), { maxLength: 10 }).map((list) => list.join(""));
  const pattern = fc.array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 8 }).map((list) => list.join(""));
  fc.assert(
    fc.property(pattern, letters, (pattern, name) => {
      expect(matcher(pattern)(name)).toBe(byExpression(pattern, name));
    }),
    { numRuns: 5_000 },
  );
});

test("a name fits itself, and any part of it replaced by *", () => {
  const plain = fc.string({ unit: "grapheme" }).filter((name) => !hasWildcard(name));
  fc.assert(
    fc.property(plain, plain, plain, (a, b, c) => {
      expect(matcher(a + b + c)(a + b + c)).toBe(true);
      expect(matcher(`${a}*${c}`)(a + b + c)).toBe(true);
    }),
  );
});

test("no pattern takes for ever", () => {
  const startMs = performance.now();
  expect(matcher(`${"*a".repeat(120)}*b`)("a".repeat(5_000))).toBe(false);
  expect(matcher(`${"*".repeat(250)}b`)("a".repeat(5_000))).toBe(false);
  expect(matcher(`${"a*".repeat(120)}b`)("a".repeat(5_000))).toBe(false);
  expect(performance.now() - startMs).toBeLessThan(20_000);
});
