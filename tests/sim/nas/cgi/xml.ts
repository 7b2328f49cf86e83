export interface Element {
  name: string;
  content: string | number | Element[];
  attributes: string;
}

export type CdataStyle = "mixed" | "always" | "never";

export function el(name: string, content: string | number | Element[] = "", attributes = ""): Element {
  return { name, content, attributes };
}

/** Elements from a plain object, in its order; what is undefined is left out. */
export function fields(values: Record<string, string | number | undefined>): Element[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [el(name, value)]));
}

/** A NAS mixes CDATA (texts) and bare values (numbers) in one answer. */
export function render({ name, content, attributes }: Element, style: CdataStyle): string {
  const open = attributes ? `${name} ${attributes}` : name;
  const inner = Array.isArray(content) ? content.map((child) => render(child, style)).join("") : text(content, style);
  return `<${open}>${inner}</${name}>`;
}

function text(content: string | number, style: CdataStyle): string {
  const bare = style === "never" || (style === "mixed" && typeof content === "number");
  if (bare) return String(content).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return `<![CDATA[${String(content).replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
}
