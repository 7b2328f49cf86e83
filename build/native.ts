/** The Windows programs that ship beside the core and are written in C: no Node can do what they do. */
import { execFile } from "node:child_process";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { root } from "./repo.ts";

const compiler = "x86_64-w64-mingw32-gcc";
/** The same source gives the same bytes: no symbols, no time of the build. */
const flags = ["-std=c17", "-O2", "-Wall", "-Wextra", "-Werror", "-municode", "-s", "-Wl,--no-insert-timestamp"];

const source = join(root, "ts-core/state/native/dpapi.c");
export const dpapi = join(root, "module/bin/win-x64/qnap-snapshot-dpapi.exe");

export async function makeDpapi(): Promise<void> {
  if ((await changedMs(dpapi)) > (await changedMs(source))) return;
  await mkdir(dirname(dpapi), { recursive: true });
  await compileDpapi(dpapi);
  console.log(`made ${dpapi.slice(root.length + 1)}`);
}

export async function compileDpapi(program: string): Promise<void> {
  const unfinished = `${program}.${process.pid}`;
  try {
    await promisify(execFile)(compiler, [...flags, "-o", unfinished, source, "-lcrypt32"]);
    await rename(unfinished, program);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error(`${compiler} is missing: apt-get install --no-install-recommends gcc-mingw-w64-x86-64`);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function changedMs(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}
