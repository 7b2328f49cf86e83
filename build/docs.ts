/** Writes docs/cmdlets from the help of the cmdlets: `npm run docs`. */
import { execFile } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { pwshPath } from "../tests/pwsh.ts";
import { root } from "./repo.ts";

export const docsFolder = join(root, "docs/cmdlets");

/** One page a cmdlet into the folder; pages of cmdlets that are gone do not stay. */
export async function writeDocs(folder: string): Promise<string[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const script = join(import.meta.dirname, "docs.ps1");
  await promisify(execFile)(pwshPath(), ["-NoProfile", "-NonInteractive", "-File", script, folder]);
  return (await readdir(folder)).sort();
}

if (import.meta.main) {
  const pages = await writeDocs(docsFolder);
  console.log(`made docs/cmdlets: ${pages.length} pages`);
}
