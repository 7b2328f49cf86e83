import { readdir, readFile, readlink, stat } from "node:fs/promises";
import type { Volume } from "../host.ts";
import { deviceNumber } from "./volumes.ts";

export interface OpenFile {
  pid: number;
  process: string;
  path: string;
}

/** Files of the volumes that processes of this machine hold, and folders in which they stand; by whatever path. */
export async function openFiles(volumes: Volume[]): Promise<OpenFile[]> {
  const devices = new Set((await Promise.all(volumes.map(deviceNumber))).filter((device) => device !== undefined));
  if (devices.size === 0) return [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  return (await Promise.all(pids.map((pid) => ofProcess(pid, devices)))).flat();
}

async function ofProcess(pid: string, devices: Set<number>): Promise<OpenFile[]> {
  const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = [`/proc/${pid}/cwd`, ...handles.map((handle) => `/proc/${pid}/fd/${handle}`)];
  const found: OpenFile[] = [];
  for (const link of links) {
    const there = await stat(link).catch(() => undefined);
    if (!there || !devices.has(there.dev)) continue;
    const [process, path] = await Promise.all([readFile(`/proc/${pid}/comm`, "utf8"), readlink(link)]).catch(() => []);
    if (process && path) found.push({ pid: Number(pid), process: process.trim(), path });
  }
  return found;
}
