import { createHash, randomBytes } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../repo.ts";

/** Real files: this project's own, and some larger ones of random bytes. */
export async function writeFiles(folder: string): Promise<void> {
  await cp(join(root, "ts-core"), join(folder, "documents"), { recursive: true });
  await mkdir(join(folder, "database"));
  for (let i = 1; i <= 8; i++) await writeFile(join(folder, "database", `table${i}.mdf`), randomBytes(4 * 1024 * 1024));
}

/** A line `SHA-256  path` for each file, sorted by path. */
export async function hashFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const lines = await Promise.all(
    files.sort().map(
      async (file) =>
        `${createHash("sha256")
          .update(await readFile(file))
          .digest("hex")}  ${file.slice(folder.length + 1)}`,
    ),
  );
  return lines;
}

/** Overwrites half of the files and deletes the other half, as ransomware and a slip of the hand would. */
export async function destroyFiles(folder: string): Promise<void> {
  const lines = await hashFiles(folder);
  for (const [index, line] of lines.entries()) {
    const file = join(folder, line.slice(66));
    if (index % 2 === 0) await writeFile(file, "encrypted, pay up\n");
    else await rm(file);
  }
}
