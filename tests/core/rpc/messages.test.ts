import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue, type ErrorCode, QnapError } from "../../../ts-core/errors.ts";
import { errorAnswer, idOf, parseMessage } from "../../../ts-core/rpc/messages.ts";

function refusalOf(line: string): QnapError {
  try {
    parseMessage(line);
  } catch (error) {
    if (error instanceof QnapError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

describe("parseMessage", () => {
  const id = fc.oneof(fc.maxSafeInteger(), fc.string({ maxLength: 128 }));

  test("gives a request as it was sent", () => {
    fc.assert(
      fc.property(id, fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), (id, method, params) => {
        const sent = JSON.parse(JSON.stringify({ id, method, params }));
        expect(parseMessage(JSON.stringify({ jsonrpc: "2.0", ...sent }))).toEqual(sent);
      }),
    );
  });

  test("throws nothing but MalformedMessage, whatever the JSON", () => {
    fc.assert(
      fc.property(fc.json(), (line) => {
        expect(refusalOf(line).code).toBe("MalformedMessage");
      }),
    );
  });

  test("throws nothing but MalformedMessage, whatever the fields", () => {
    const field = fc.jsonValue();
    const message = fc.record(
      { jsonrpc: fc.oneof(fc.constant("2.0"), field), id: field, method: field },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(message, (fields) => {
        try {
          const { method } = parseMessage(JSON.stringify(fields));
          expect(method).toBe(fields.method);
        } catch (error) {
          expect(error).toMatchObject({ code: "MalformedMessage" });
        }
      }),
    );
  });

  test.each([
    ["[]", /one JSON object/],
    ["null", /one JSON object/],
    ["{", /no JSON/],
    ['{"jsonrpc":"1.0","id":1,"method":"getNas"}', /"jsonrpc"/],
    ['{"jsonrpc":"2.0","id":1}', /"method"/],
    ['{"jsonrpc":"2.0","id":null,"method":"getNas"}', /"id"/],
    ['{"jsonrpc":"2.0","id":{},"method":"getNas"}', /"id"/],
    ['{"jsonrpc":"2.0","id":1e400,"method":"getNas"}', /"id"/],
    ['{"jsonrpc":"2.0","id":1.5,"method":"getNas"}', /"id"/],
    [`{"jsonrpc":"2.0","id":"${"x".repeat(129)}","method":"getNas"}`, /"id"/],
  ])("refuses %s and says what is wrong", (line, reason) => {
    expect(refusalOf(line).message).toMatch(reason);
  });

  test("never repeats the text of a line that is no JSON: it may hold a password", () => {
    const refused = refusalOf('{"jsonrpc":"2.0","id":1,"method":"connectNas","params":{"password":"hunter2"x}}');
    expect(JSON.stringify(errorAnswer(null, refused))).not.toMatch(/hunter2|password/);
    expect(refused.message).toContain("at position 76");
  });

  test("a message nested a million deep is refused or taken, and does no harm", () => {
    const deep = `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`;
    expect(parseMessage(`{"jsonrpc":"2.0","id":1,"method":"x","params":${deep}}`)).toMatchObject({ id: 1 });
  });
});

test("idOf finds the id in a message that is wrong otherwise, and nothing that is no id", () => {
  expect(idOf('{"id":7}')).toBe(7);
  expect(idOf('{"id":"a"}')).toBe("a");
  for (const line of ["", "{", "null", "[]", "7", '{"id":{}}', '{"id":1.5}']) expect(idOf(line)).toBeNull();
});

describe("errorAnswer", () => {
  const codes = Object.keys(catalogue) as ErrorCode[];

  test.each(codes)("%s: category and message of the catalogue, no place left open", (code) => {
    const { error } = errorAnswer(1, new QnapError(code));
    expect(error.data).toMatchObject({ code, category: catalogue[code].category });
    expect(error.message).not.toMatch(/[{}]/);
  });

  test("any thrown thing becomes an answer far below the limit of one message", () => {
    const anyDetails = fc.dictionary(fc.constantFrom("nas", "lun", "names", "reason", "count"), fc.anything());
    const huge = fc.constant({
      names: Array.from({ length: 65_536 }, (_, i) => `QS_${i}`),
      reason: "ä".repeat(5_000_000),
    });
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.oneof(anyDetails, huge), (code, details) => {
        expect(JSON.stringify(errorAnswer(1, new QnapError(code, details))).length).toBeLessThan(500_000);
      }),
      { numRuns: 200 },
    );
  });

  test.each([[new Error("boom")], ["boom"]])("what is no QnapError is told as a defect of ours: %s", (thrown) => {
    expect(errorAnswer(1, thrown).error).toMatchObject({ code: -32_603, data: { code: "Internal", retryable: false } });
    expect(errorAnswer(1, thrown).error.message).toContain("boom");
  });
});
