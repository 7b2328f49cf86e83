import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Volume } from "../host.ts";

export interface OpenFile {
  pid: number;
  process: string;
  path: string;
}

/**
 * Files of the volumes that processes of this machine hold, by whatever path, and folders in which they stand. Asks only /proc, where
 * nothing waits: a question to a file may have to wait for a LUN of somebody else.
 */
export function openFiles(volumes: Volume[]): OpenFile[] {
  if (!volumes.some(({ folder }) => folder)) return [];
  const mounts = new Set(volumes.flatMap(({ mountIds }) => mountIds));
  const folders = mountTable()
    .filter(({ id }) => mounts.has(id))
    .map(({ folder }) => folder);
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => ofProcess(pid, mounts, folders));
}

function ofProcess(pid: string, mounts: Set<string>, folders: string[]): OpenFile[] {
  const standsIn = ask(() => readlinkSync(`/proc/${pid}/cwd`));
  const stands = folders.some((folder) => `${standsIn}/`.startsWith(`${folder}/`));
  const handles = ask(() => readdirSync(`/proc/${pid}/fd`).join(" "))
    .split(" ")
    .filter(Boolean);
  const held = handles.flatMap((handle) => {
    const path = ask(() => readlinkSync(`/proc/${pid}/fd/${handle}`));
    const couldBe = path.startsWith("/") && !/^\/(dev|usr|proc|sys)\//.test(path);
    return couldBe && mounts.has(mountOf(pid, handle)) ? [path] : [];
  });
  const paths = stands ? [standsIn, ...held] : held;
  if (paths.length === 0) return [];
  const process = ask(() => readFileSync(`/proc/${pid}/comm`, "utf8")).trim();
  return paths.map((path) => ({ pid: Number(pid), process, path }));
}

/** A process may end while it is looked at. */
function ask(look: () => string): string {
  try {
    return look();
  } catch {
    return "";
  }
}

function mountOf(pid: string, handle: string): string {
  const shown = ask(() => readFileSync(`/proc/${pid}/fdinfo/${handle}`, "utf8"));
  return /^mnt_id:\s*(\d+)$/m.exec(shown)?.[1] ?? "";
}

export function mountTable(): { id: string; folder: string }[] {
  const rows = readFileSync("/proc/self/mountinfo", "utf8").split("\n").filter(Boolean);
  return rows.map((row) => row.split(" ")).map(([id = "", , , , folder = ""]) => ({ id, folder }));
}
