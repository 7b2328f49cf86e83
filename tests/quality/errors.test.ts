import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorsMarkdown, errorsPage, moduleErrors } from "../../build/errors.ts";
import { root } from "../../build/repo.ts";
import { catalogue } from "../../ts-core/errors.ts";

const codes = Object.keys(catalogue) as (keyof typeof catalogue)[];

function sources(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(extension) && path !== "errors.ts")
    .map((path) => readFileSync(join(root, folder, path), "utf8"));
}

test("docs/errors.md is what the catalogue says; if not: node build/errors.ts", () => {
  expect(readFileSync(errorsPage, "utf8")).toBe(errorsMarkdown());
});

test("every code stands on the page, once", () => {
  const page = errorsMarkdown();
  for (const code of [...codes, ...Object.keys(moduleErrors)])
    expect(page.split(`| \`${code}\` |`).length - 1, code).toBe(1);
});

const core = sources("ts-core", ".ts").join("\n");

test.each(codes)("%s is used in the core", (code) => {
  expect(core).toMatch(new RegExp(`"${code}"`));
});

test("every detail that a message names is given where the error is made, or told as unknown on purpose", () => {
  for (const [code, { message }] of Object.entries(catalogue)) {
    const names = [...message.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
    for (const name of names) expect(core, `${code} never gets its {${name}}`).toMatch(new RegExp(`\\b${name}\\b`));
  }
});

test.each(codes)("the message of %s is whole sentences and says more than the code", (code) => {
  const { message } = catalogue[code];
  expect(message).toMatch(/^[A-Z{'-].*[.}]$/s);
  expect(message.split(/\s+/).length).toBeGreaterThan(2);
});

test("a code of the module is one of the catalogue, or on the page as the module's own", () => {
  const used = sources("module", ".ps1").flatMap((text) =>
    [...text.matchAll(/New-QnapErrorRecord ([A-Z]\w+)/g)].map(([, code]) => String(code)),
  );
  const known = new Set<string>([...codes, ...Object.keys(moduleErrors)]);
  expect(used.length).toBeGreaterThan(3);
  expect(used.filter((code) => !known.has(code))).toEqual([]);
  expect(Object.keys(moduleErrors).filter((code) => !used.includes(code))).toEqual([]);
});
