/** Files that survive a power failure: written aside, synced, renamed; or appended and synced. */
import { randomBytes } from "node:crypto";
import { type FileHandle, link, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { QnapError, reasonOf } from "../errors.ts";

const onlyOwner = 0o600;
const lineFeed = 0x0a;

export async function replaceFile(file: string, content: string | Buffer): Promise<void> {
  const aside = asideOf(file);
  try {
    await writeSynced(aside, content);
    await rename(aside, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw unwritable(file, error);
  }
}

/** Makes a file that nobody sees half-written. Where several processes make it at once, the first one stays. */
export async function createFile(file: string, content: Buffer): Promise<void> {
  const aside = asideOf(file);
  try {
    await writeSynced(aside, content);
    await link(aside, file);
    await syncFolder(dirname(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unwritable(file, error);
  } finally {
    await rm(aside, { force: true }).catch(() => undefined);
  }
}

/** One process may write a file twice at once, too. */
function asideOf(file: string): string {
  return `${file}.${process.pid}.${randomBytes(4).toString("hex")}.new`;
}

/** A file whose presence is all that it says. */
export async function createMark(file: string): Promise<void> {
  try {
    await (await open(file, "w", onlyOwner)).close();
    await syncFolder(dirname(file));
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** Takes no room on the disk, so it works where a write would not. */
export async function renameFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
    await syncFolder(dirname(to));
  } catch (error) {
    throw unwritable(to, error);
  }
}

export async function removeFile(file: string): Promise<void> {
  await rm(file, { force: true }).catch((error: unknown) => {
    throw unwritable(file, error);
  });
}

/** A line as these files keep it: JSON, a tab (which JSON never holds bare) and the CRC-32 of the JSON. */
export function lineOf(record: object): string {
  const json = JSON.stringify(record);
  return `${json}\t${checksum(json)}\n`;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}

/** Adds one line and returns when it is on the disk. */
export async function appendLine(file: string, record: object): Promise<void> {
  try {
    const handle = await open(file, "a+", onlyOwner);
    try {
      const isNew = await cutTornLine(handle);
      await handle.writeFile(lineOf(record));
      await Promise.all([handle.datasync(), isNew && syncFolder(dirname(file))]);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** Takes away a last line that a power failure cut, so that the next one does not join it. True when the file is empty. */
async function cutTornLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  if (last[0] !== lineFeed) await handle.truncate((await handle.readFile()).lastIndexOf(lineFeed) + 1);
  return false;
}

/** The file's text, or undefined when there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new QnapError("StateUnreadable", { file, reason: reasonOf(error) }, error);
  }
}

/** In bytes; undefined when there is no such file. */
export async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}

/** Lines of an append-only file. */
export async function readLines<T>(file: string): Promise<T[]> {
  return (await splitLines(file)).map((line, index): T => {
    try {
      return parseLine(line) as T;
    } catch (error) {
      throw new QnapError("StateUnreadable", { file, reason: `line ${index + 1}: ${reasonOf(error)}` });
    }
  });
}

/** The lines of a damaged file that are whole. */
export async function readWholeLines(file: string): Promise<unknown[]> {
  return (await splitLines(file)).flatMap((line) => {
    try {
      return [parseLine(line)];
    } catch {
      return [];
    }
  });
}

/** What stands behind the last line feed was cut by a power failure: it never was. */
async function splitLines(file: string): Promise<string[]> {
  const text = (await readIfThere(file)) ?? "";
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1);
}

function parseLine(line: string): unknown {
  const tab = line.lastIndexOf("\t");
  const json = line.slice(0, Math.max(tab, 0));
  if (line.slice(tab + 1) !== checksum(json)) throw new Error("its checksum does not fit");
  return JSON.parse(json);
}

async function writeSynced(file: string, content: string | Buffer): Promise<void> {
  const handle = await open(file, "w", onlyOwner);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // NTFS journals the directory itself
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function unwritable(file: string, error: unknown): QnapError {
  return new QnapError("StateUnwritable", { file, reason: reasonOf(error) }, error);
}
