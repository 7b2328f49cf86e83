import { randomUUID } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { localFolder } from "../disks/accessPaths.ts";
import type { Host } from "../host.ts";
import { removeFile } from "./vm.ts";

/** The first line of a virtual disk of ours; behind it come the records that the guest wrote. */
export interface DiskHeader {
  format: "VHDX";
  id: string;
  parent: string | null;
}

export async function createDisk(host: Host, path: string, parent: string | null): Promise<void> {
  const file = localFolder(host, path);
  await mkdir(dirname(file), { recursive: true });
  const header: DiskHeader = { format: "VHDX", id: randomUUID(), parent };
  await writeFile(file, `${JSON.stringify(header)}\n`, { flush: true });
}

/** `F:\vms\app_0B6C...avhdx`, beside the disk on which it builds. */
export function differencingPath(path: string): string {
  const base = path.replace(/(_[0-9A-F-]{36})?\.a?vhdx$/i, "");
  return `${base}_${randomUUID().toUpperCase()}.avhdx`;
}

export async function readHeader(host: Host, path: string): Promise<DiskHeader | undefined> {
  const file = localFolder(host, path);
  if (!existsSync(file)) return undefined;
  const stream = createReadStream(file);
  for await (const line of createInterface(stream)) {
    stream.destroy();
    return JSON.parse(line) as DiskHeader;
  }
  return undefined;
}

/** What was written since the checkpoint goes into the disk that it builds on. */
export async function merge(host: Host, child: string, parent: string): Promise<void> {
  const whole = await readFile(localFolder(host, child), "utf8");
  const handle = await open(localFolder(host, parent), "a");
  try {
    await handle.writeFile(whole.slice(whole.indexOf("\n") + 1));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await removeFile(host, child);
}

/** Every record on a disk and what it builds on. */
export async function recordsOf(host: Host, path: string): Promise<number[]> {
  const header = await readHeader(host, path);
  if (!header) throw new Error(`${path} is not there`);
  const below = header.parent === null ? [] : await recordsOf(host, header.parent);
  const lines = (await readFile(localFolder(host, path), "utf8")).split("\n").slice(1).filter(Boolean);
  return [...below, ...lines.map(Number)];
}
