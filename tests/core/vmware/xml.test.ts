import { expect, test } from "vitest";
import { element, envelope, escapeXml } from "../../../ts-core/vmware/soap.ts";
import { all, at, integer, moRef, parseBody, refList, text, typeOf } from "../../../ts-core/vmware/xml.ts";

function body(content: string): ReturnType<typeof parseBody> {
  const head = '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">';
  return parseBody(`<?xml version="1.0"?>\n${head}\n<soapenv:Body>${content}</soapenv:Body>\n</soapenv:Envelope>\n`);
}

test.each(["xsi", "XMLSchema-instance", "_XMLSchema-instance"])(
  "the types of an any-typed moref, with prefix %s",
  (xsi) => {
    const node = body(`<val xmlns:${xsi}="u" ${xsi}:type="ManagedObjectReference" type="VirtualMachine">vm-1</val>`);
    expect(moRef(node, "val")).toEqual({ type: "VirtualMachine", id: "vm-1" });
    expect(typeOf(at(node, "val"))).toBe("ManagedObjectReference");
  },
);

test("names come through as they are", () => {
  const name = `a "b" & <c> 'd' \u00e4 ]]>`;
  expect(text(body(element("name", name)), "name")).toBe(name);
  expect(text(body("<name>&#34;a&#x27; &amp;#38; b</name>"), "name")).toBe(`"a' &#38; b`);
});

test("one, many and no children", () => {
  const one = body('<val><ManagedObjectReference type="Task">t-1</ManagedObjectReference></val>');
  expect(refList(at(one, "val"))).toEqual([{ type: "Task", id: "t-1" }]);
  expect(all(body("<a>1</a><a>2</a>"), "a").map((node) => text(node))).toEqual(["1", "2"]);
  expect(all(body("<a>1</a>"), "constructor")).toEqual([]);
  expect(integer(body('<n xsi:type="xsd:int"> 12 </n>'), "n")).toBe(12);
  expect(integer(body("<n>1.5</n>"), "n")).toBeUndefined();
});

test("what is no SOAP answer is refused", () => {
  expect(() => parseBody("<html><body>starting</body></html>")).toThrow(/envelope/);
  expect(() => parseBody("<Envelope><Body><a>1</a></Bo")).toThrow(/envelope/);
  expect(() => parseBody("<!DOCTYPE x><Envelope><Body/></Envelope>")).toThrow(/document type/);
});

test("nothing goes out unescaped", () => {
  const sent = envelope("Login", { type: "Session&Manager", id: "</_this>" }, [element("password", "<&>'\"")]);
  expect(sent).toContain("<password>&lt;&amp;&gt;&apos;&quot;</password>");
  expect(sent).toContain('type="Session&amp;Manager">&lt;/_this&gt;</_this>');
  expect(escapeXml("a%2fb")).toBe("a%2fb");
});
