import { XMLParser } from "fast-xml-parser";

/** A managed object: what vSphere calls a moref. Its id is opaque (a path in some simulators). */
export interface MoRef {
  type: string;
  id: string;
}

/** An element of an answer: text, or children and attributes by name. Repeated children are an array. */
export type XmlNode = string | { [name: string]: XmlNode | XmlNode[] };

const textKey = "#";
/** The data type of an any-typed value, whatever prefix the server gives to xsi. */
const dataType = "@xsi:type";
/** The type of a moref. An any-typed moref has both, so the two must not fall together (vmware.md 2a). */
const refType = "@type";

const parser = new XMLParser({
  ignoreAttributes: (name) => name !== "type" && !name.endsWith(":type"),
  attributeNamePrefix: "@",
  transformTagName: (name) => name.slice(name.indexOf(":") + 1),
  transformAttributeName: (name) => (name.endsWith(":type") ? dataType : name),
  textNodeName: textKey,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // Numeric references: without htmlEntities they would stay in names as they are.
  htmlEntities: true,
  processEntities: true,
});

/** The content of a SOAP body. Throws an Error that says what is wrong, also for an answer that was cut. */
export function parseBody(text: string): XmlNode {
  if (/<!DOCTYPE/i.test(text.slice(0, 1000))) throw new Error("it brings a document type of its own");
  if (!/<\/(?:\w+:)?Envelope>\s*$/.test(text.slice(-200))) throw new Error("it is no whole SOAP envelope");
  const body = at(parser.parse(text) as XmlNode, "Envelope", "Body");
  if (body === undefined) throw new Error("it has no SOAP body");
  return body;
}

/** The first element at a path of names. */
export function at(node: XmlNode | undefined, ...path: string[]): XmlNode | undefined {
  return path.reduce<XmlNode | undefined>((inner, name) => all(inner, name)[0], node);
}

/** All elements of a name: none, one, or many. */
export function all(node: XmlNode | undefined, name: string): XmlNode[] {
  if (typeof node !== "object" || !Object.hasOwn(node, name)) return [];
  const found = node[name];
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found];
}

/** The text at a path; undefined where the property is not set (then vSphere leaves the element out). */
export function text(node: XmlNode | undefined, ...path: string[]): string | undefined {
  const found = at(node, ...path);
  if (typeof found !== "object") return found;
  const inner = Object.hasOwn(found, textKey) ? found[textKey] : undefined;
  return typeof inner === "string" ? inner : undefined;
}

export function integer(node: XmlNode | undefined, ...path: string[]): number | undefined {
  const value = text(node, ...path)?.trim();
  const number = value !== undefined && /^-?\d{1,16}$/.test(value) ? Number(value) : undefined;
  return Number.isSafeInteger(number) ? number : undefined;
}

export function flag(node: XmlNode | undefined, ...path: string[]): boolean | undefined {
  const value = text(node, ...path)?.trim();
  return value === undefined ? undefined : value === "true" || value === "1";
}

/** The vSphere data type of an any-typed value, without its namespace prefix. */
export function typeOf(node: XmlNode | undefined): string | undefined {
  const told = text(node, dataType);
  return told?.slice(told.indexOf(":") + 1);
}

export function moRef(node: XmlNode | undefined, ...path: string[]): MoRef | undefined {
  const found = at(node, ...path);
  const [type, id] = [text(found, refType), text(found)];
  return type === undefined || id === undefined ? undefined : { type, id };
}

export function moRefs(nodes: readonly XmlNode[]): MoRef[] {
  return nodes.map((node) => moRef(node)).filter((ref) => ref !== undefined);
}

/** The morefs of an any-typed ArrayOfManagedObjectReference. */
export function refList(node: XmlNode | undefined): MoRef[] {
  return moRefs(all(node, "ManagedObjectReference"));
}

/**
 * The same value without a tie to the text that it was cut from: a short string that was cut from an answer of a megabyte
 * otherwise keeps the whole answer in memory.
 */
export function detached<T>(value: T): T {
  return structuredClone(value);
}
