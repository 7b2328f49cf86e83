import fc from "fast-check";
import { expect, test } from "vitest";
import { LineReader, toAsciiJson } from "../../../ts-core/rpc/lines.ts";

function read(chunks: readonly Buffer[], limitBytes = 1_000): (string | null)[] {
  const lines: (string | null)[] = [];
  const reader = new LineReader(
    limitBytes,
    (line) => lines.push(line),
    () => lines.push(null),
  );
  for (const chunk of chunks) reader.push(chunk);
  return lines;
}

/** Cuts the bytes at the given places, in the middle of characters too. */
function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

const content = fc.string({ unit: "binary" }).map((text) => text.replace(/[\r\n]/g, " ").trim());

test("any chunking of the same bytes gives the same lines", () => {
  fc.assert(
    fc.property(fc.array(content), fc.constantFrom("\n", "\r\n"), fc.array(fc.nat()), (lines, lineEnd, places) => {
      const bytes = Buffer.from(lines.map((line) => line + lineEnd).join(""));
      const whole = lines.map((line) => Buffer.from(line).toString("utf8")).filter((line) => line !== "");
      expect(read(cutAt(bytes, places), bytes.length)).toEqual(whole);
    }),
  );
});

test("a byte order mark is taken away, whole or in pieces", () => {
  const bytes = Buffer.from("\uFEFF{}\n");
  for (let place = 0; place <= bytes.length; place++) expect(read(cutAt(bytes, [place]))).toEqual(["{}"]);
});

test("what the end of the input cuts off is no line", () => {
  expect(read([Buffer.from('{"whole":1}\n{"cut":')])).toEqual(['{"whole":1}']);
});

test.each([
  ["at once", [Buffer.from(`${"x".repeat(1_001)}\nnext\n`)]],
  ["in pieces", [..."x".repeat(1_001)].map((letter) => Buffer.from(letter)).concat(Buffer.from("\nnext\n"))],
])("a line over the limit that comes %s is reported once, and the next one is read", (_, chunks) => {
  expect(read(chunks)).toEqual([null, "next"]);
});

test("a line of exactly the limit is read", () => {
  expect(read([Buffer.from(`${"x".repeat(1_000)}\n`)])).toEqual(["x".repeat(1_000)]);
});

test("a line over the limit is not kept while it comes", () => {
  const piece = Buffer.alloc(64 * 1024, "x");
  const reader = new LineReader(1024 * 1024, expect.fail, expect.fail);
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 4_000; i++) reader.push(Buffer.from(piece));
  global.gc?.();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(128 * 1024 * 1024);
});

test("toAsciiJson: only printable ASCII, and JSON reads back what went in", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      const text = toAsciiJson(value);
      expect(text).toMatch(/^[ -~]*$/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
