/** Sources of C and C++, each compiled once as long as neither it nor what it includes of ours changes. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { root } from "./repo.ts";

export interface Compiler {
  tool: string;
  flags: readonly string[];
}

export const objectFolder = join(root, ".cache/mingw");
const installation = "apt-get install --no-install-recommends g++-mingw-w64-x86-64-win32 mingw-w64-tools";

/** Programs share sources: what was once compiled from the same text is not compiled again. */
export async function objectOf(source: string, { tool, flags }: Compiler, folder = objectFolder): Promise<string> {
  const object = join(folder, `${hash([tool, ...flags, ...(await textsOf([source]))])}.o`);
  if (existsSync(object)) return object;
  const unfinished = `${object}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  await run(tool, [...flags, "-c", "-o", unfinished, source]);
  await rename(unfinished, object);
  return object;
}

/** The sources, and all of ours that they include. */
export async function textsOf(sources: readonly string[]): Promise<string[]> {
  const known = new Map<string, string>();
  for (const source of sources) await addTexts(source, known);
  return [...known.values()];
}

async function addTexts(file: string, known: Map<string, string>): Promise<void> {
  if (known.has(file) || !existsSync(file)) return;
  const text = await readFile(file, "utf8");
  known.set(file, text);
  for (const [, included = ""] of text.matchAll(/^\s*#include "(.+)"/gm))
    await addTexts(join(dirname(file), included), known);
}

export const hash = (texts: readonly string[]) => createHash("sha256").update(texts.join("\0")).digest("hex");

export async function run(tool: string, args: readonly string[], cwd?: string): Promise<void> {
  await promisify(execFile)(tool, args, { cwd }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new Error(`${tool} is missing: ${installation}`);
  });
}
