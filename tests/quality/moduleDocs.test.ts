import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { docsFolder, writeDocs } from "../../build/docs.ts";
import { publicNames } from "./moduleFacts.ts";

test("docs/cmdlets says what the help says (if not: npm run docs)", async () => {
  const folder = mkdtempSync(join(tmpdir(), "qnap-docs-"));
  const pages = await writeDocs(folder);
  expect(pages).toEqual(
    publicNames()
      .map((name) => `${name}.md`)
      .sort(),
  );
  expect(readdirSync(docsFolder).sort()).toEqual(pages);
  for (const page of pages) {
    expect(readFileSync(join(docsFolder, page), "utf8"), page).toBe(readFileSync(join(folder, page), "utf8"));
  }
  rmSync(folder, { recursive: true });
});
