import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { all, at, document, integer, parseXml, text, type XmlNode } from "../../../ts-core/nas/xml.ts";

describe("parseXml", () => {
  test("reads what the CGIs send: CDATA, entities, several roots, a declaration, control bytes", () => {
    const answer = parseXml(
      '<?xml version="1.0" encoding="UTF-8" ?>\n<QDocRoot version="1.0"><a><![CDATA[ <b> & ü ]]></a><b>x &amp; &lt;y&gt;\u0001</b></QDocRoot>' +
        "<result>0</result><row/><row> 1 </row>",
    );
    const root = document(answer);
    expect(text(root, "a")).toBe("<b> & ü");
    expect(text(root, "b")).toBe("x & <y>");
    expect(integer(root, "result")).toBe(0);
    expect(all(root, "row")).toEqual(["", "1"]);
  });

  test.each([
    ["", "it is no XML"],
    ["Service Unavailable", "it is no XML"],
    ["<a><b></a>", "line 1"],
    ["<QDocRoot><authPassed>1</auth", "line 1"],
    ["<a>1</answer><answer>2</a>", "line 1"],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "document type"],
    ['<!doctype a SYSTEM "file:///etc/passwd"><a/>', "document type"],
    ["<a><constructor>1</constructor></a>", "constructor"],
    ["<a><prototype>1</prototype></a>", "prototype"],
    ["<a><__proto__><polluted>1</polluted></__proto__></a>", "__proto__"],
  ])("refuses %j with a reason", (body, reason) => {
    expect(() => parseXml(body)).toThrow(reason);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("names that every object has are no elements, and do no harm as such", () => {
    for (const name of ["toString", "hasOwnProperty", "valueOf", "length"]) {
      const answer = parseXml(`<r><${name}>7</${name}><row>1</row></r>`);
      expect(integer(answer, `r/${name}`) ?? 7).toBe(7);
      expect(all(answer, "r/row")).toEqual(["1"]);
    }
    expect(at(parseXml("<r/>"), "constructor")).toBeUndefined();
    expect(at(parseXml("<r><x>1</x></r>"), "r/toString")).toBeUndefined();
    expect(all(parseXml("<r/>"), "r/constructor")).toEqual([]);
  });

  const tag = fc.constantFrom("a", "row", "QDocRoot", "result", "__proto__", "constructor", "a:b", "1", "");
  const piece = fc.oneof(
    tag.map((name) => `<${name}>`),
    tag.map((name) => `</${name}>`),
    tag.map((name) => `<${name}/>`),
    fc.constantFrom(
      "<![CDATA[",
      "]]>",
      "<!--",
      "-->",
      "<?xml",
      "?>",
      "&amp;",
      "&#0;",
      "&x;",
      "<!DOCTYPE",
      "<!",
      "=",
      "'",
      '"',
    ),
    fc.string({ unit: "binary", maxLength: 5 }),
  );

  test("gives a document or an Error with a short reason, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        let answer: XmlNode;
        try {
          answer = document(parseXml(pieces.join("")));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect((error as Error).message).toMatch(/\S/);
          expect((error as Error).message.length).toBeLessThan(500);
          return;
        }
        for (const path of ["a", "a/row", "constructor", "__proto__", "__proto__/x", "", "/"]) {
          expect(text(answer, path) ?? "").toBeTypeOf("string");
          expect(integer(answer, path) ?? 0).toBeTypeOf("number");
          expect(Array.isArray(all(answer, path))).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  const many = 100_000;
  test.each([
    ["elements side by side", `<r>${"<a>1</a>".repeat(many)}</r>`],
    ["elements inside each other", "<a>".repeat(many) + "</a>".repeat(many)],
    ["declarations without an end", "<?xml".repeat(many)],
    ["tags without an end", "<a ".repeat(many)],
    ["comments without an end", "<!--".repeat(many)],
    ["CDATA without an end", "<![CDATA[".repeat(many)],
    ["processing instructions without an end", "<?a ".repeat(many)],
    ["opening brackets", "<".repeat(many)],
    ["ampersands", `<a>${"&".repeat(many)}</a>`],
    ["entities", `<a>${"&amp;&lt;".repeat(many)}</a>`],
    ["spaces", `<a${" ".repeat(many)}>${" ".repeat(many)}x</a>`],
    ["attributes", `<a${" b='1'".repeat(many)}/>`],
    ["entities that multiply", `<!DOCTYPE r [<!ENTITY a "${"x".repeat(1_000)}">]><r>${"&a;".repeat(many)}</r>`],
  ])("100,000 %s do not take for ever", (_, body) => {
    const startMs = performance.now();
    try {
      parseXml(body);
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(500);
    }
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });
});

describe("integer", () => {
  test.each([
    ["7", 7],
    ["-618", -618],
    [" 42 ", 42],
    ["1125899906842624", 2 ** 50],
    ["9007199254740993", undefined],
    ["99999999999999999999", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["1.5", undefined],
    ["", undefined],
    ["--", undefined],
  ])("%j is %s", (written, value) => {
    expect(integer(parseXml(`<a>${written}</a>`), "a")).toBe(value);
  });
});
