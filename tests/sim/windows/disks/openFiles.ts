import { readdir, readFile, readlink } from "node:fs/promises";
import type { Volume } from "../host.ts";

export interface OpenFile {
  pid: number;
  process: string;
  path: string;
}

/**
 * Files of the volumes that processes of this machine hold, by whatever path, and folders in which they stand. Asks only /proc: a
 * question to a file may have to wait for a LUN of somebody else.
 */
export async function openFiles(volumes: Volume[]): Promise<OpenFile[]> {
  if (!volumes.some(({ folder }) => folder)) return [];
  const mounts = new Set(volumes.flatMap(({ mountIds }) => mountIds));
  const folders = (await mountTable()).filter(({ id }) => mounts.has(id)).map(({ folder }) => folder);
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  return (await Promise.all(pids.map((pid) => ofProcess(pid, mounts, folders)))).flat();
}

async function ofProcess(pid: string, mounts: Set<string>, folders: string[]): Promise<OpenFile[]> {
  const paths = [];
  const standsIn = await target(`/proc/${pid}/cwd`);
  if (folders.some((folder) => `${standsIn}/`.startsWith(`${folder}/`))) paths.push(standsIn);
  for (const handle of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
    const path = await target(`/proc/${pid}/fd/${handle}`);
    const couldBe = path.startsWith("/") && !/^\/(dev|usr|proc|sys)\//.test(path);
    if (couldBe && mounts.has(await mountOf(pid, handle))) paths.push(path);
  }
  if (paths.length === 0) return [];
  const process = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  return paths.map((path) => ({ pid: Number(pid), process: process.trim(), path }));
}

const target = (link: string): Promise<string> => readlink(link).catch(() => "");

async function mountOf(pid: string, handle: string): Promise<string> {
  const shown = await readFile(`/proc/${pid}/fdinfo/${handle}`, "utf8").catch(() => "");
  return /^mnt_id:\s*(\d+)$/m.exec(shown)?.[1] ?? "";
}

export async function mountTable(): Promise<{ id: string; folder: string }[]> {
  const rows = (await readFile("/proc/self/mountinfo", "utf8")).split("\n").filter(Boolean);
  return rows.map((row) => row.split(" ")).map(([id = "", , , , folder = ""]) => ({ id, folder }));
}
