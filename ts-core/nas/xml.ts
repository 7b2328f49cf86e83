import { XMLParser, XMLValidator } from "fast-xml-parser";

/** An element of a NAS answer: text, or children by name. Repeated children are an array. */
export type XmlNode = string | { [name: string]: XmlNode | XmlNode[] };

const root = "answer";
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: true,
  processEntities: { enabled: true, maxEntityCount: 0 },
});

/**
 * Reads the XML of a CGI. Answers with several roots and stray control bytes are seen in the wild, so the body is put under a
 * root of our own. Throws an Error that says what is wrong, also for a body that was cut.
 */
export function parseXml(text: string): XmlNode {
  const body = text.replace(/<\?xml[^<>]*\?>/g, "").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
  if (/<!DOCTYPE/i.test(body)) throw new Error("it brings a document type of its own");
  if (!body.includes("<")) throw new Error("it is no XML");
  const wrapped = `<${root}>${body}</${root}>`;
  const verdict = XMLValidator.validate(wrapped);
  if (verdict !== true) throw new Error(`line ${verdict.err.line}: ${verdict.err.msg.slice(0, 200)}`);
  return child(parser.parse(wrapped) as XmlNode, root) ?? "";
}

/** The first element at a path such as `model/displayModelName`. */
export function at(node: XmlNode | undefined, path: string): XmlNode | undefined {
  return path.split("/").reduce<XmlNode | undefined>((inner, name) => child(inner, name), node);
}

/** The trimmed text at a path; undefined when the element is missing, empty or the NAS's placeholder for none. */
export function text(node: XmlNode | undefined, path: string): string | undefined {
  const found = at(node, path);
  const value = typeof found === "string" ? found.trim() : "";
  return value === "" || value === "--" ? undefined : value;
}

/** An integer at a path; undefined for anything else. */
export function integer(node: XmlNode | undefined, path: string): number | undefined {
  const value = text(node, path);
  const number = value !== undefined && /^[+-]?\d{1,16}$/.test(value) ? Number(value) : undefined;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** All elements at a path: none, one, or many. */
export function all(node: XmlNode | undefined, path: string): XmlNode[] {
  const steps = path.split("/");
  const last = steps.pop() ?? "";
  const parent = steps.length === 0 ? node : at(node, steps.join("/"));
  if (typeof parent !== "object") return [];
  const found = Object.hasOwn(parent, last) ? parent[last] : undefined;
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found];
}

/** The answer proper: most CGIs put their data in one QDocRoot, some beside it. */
export function document(parsed: XmlNode): XmlNode {
  const inner = at(parsed, "QDocRoot");
  return typeof inner === "object" && typeof parsed === "object" ? { ...parsed, ...inner } : parsed;
}

function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  if (typeof node !== "object" || !Object.hasOwn(node, name)) return undefined;
  const found = node[name];
  return Array.isArray(found) ? found[0] : found;
}
