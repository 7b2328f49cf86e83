import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "..");

export const version: string = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;

/** Leaves the file alone when it says the same already, so that nothing that depends on it is made again. */
export async function writeIfChanged(path: string, text: string): Promise<boolean> {
  if ((await readFile(path, "utf8").catch(() => undefined)) === text) return false;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return true;
}
