import type { MoRef } from "./xml.ts";

/** Text that is XML already. Only the functions below make it, so nothing goes out unescaped. */
export type Xml = string & { readonly __xml: true };

const escapes: Record<string, string> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&apos;" };

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => escapes[character] as string);
}

/** An element with a plain value; nothing at all for undefined, as vSphere wants unset properties left out. */
export function element(name: string, value: string | number | boolean | undefined): Xml {
  return (value === undefined ? "" : `<${name}>${escapeXml(String(value))}</${name}>`) as Xml;
}

export function elements(name: string, values: readonly (string | number)[]): Xml {
  return join(values.map((value) => element(name, value)));
}

export function refElement(name: string, ref: MoRef | undefined): Xml {
  if (ref === undefined) return "" as Xml;
  return `<${name} type="${escapeXml(ref.type)}">${escapeXml(ref.id)}</${name}>` as Xml;
}

export function refElements(name: string, refs: readonly MoRef[]): Xml {
  return join(refs.map((ref) => refElement(name, ref)));
}

export function group(name: string, ...children: Xml[]): Xml {
  return `<${name}>${children.join("")}</${name}>` as Xml;
}

/** An element whose data type must be said, as its declared type is a base type. */
export function typed(name: string, type: string, ...children: Xml[]): Xml {
  return `<${name} xsi:type="${type}">${children.join("")}</${name}>` as Xml;
}

export function join(parts: readonly Xml[]): Xml {
  return parts.join("") as Xml;
}

export function envelope(method: string, self: MoRef, args: readonly Xml[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Body><${method} xmlns="urn:vim25">${refElement("_this", self)}${args.join("")}</${method}></Body></Envelope>`;
}
