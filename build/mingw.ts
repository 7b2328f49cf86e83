/** C and C++ for Windows, by mingw-w64. The same source gives the same bytes: no symbols, no time of the build. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { root } from "./repo.ts";

export interface WindowsProgram {
  file: string;
  /** Below the repository: `.c`, `.cpp` and `.def` files, and folders of which all are meant but for what lies deeper. */
  sources: readonly string[];
  libraries: readonly string[];
  /** A `.rc` file, for which the `.idl` files of its folder are compiled first. */
  resources?: string;
  flags?: readonly string[];
}

const tools = "x86_64-w64-mingw32-";
const warnings = ["-Wall", "-Wextra", "-Werror"];
const c = { compiler: `${tools}gcc`, flags: ["-std=c17", "-O2", ...warnings, "-municode"] };
// The win32 flavour: the other one brings a threading library along.
const cpp = {
  compiler: `${tools}g++-win32`,
  flags: ["-std=c++17", "-O2", ...warnings, "-D_WIN32_WINNT=0x0603", "-DUNICODE", "-DINITGUID", "-static"],
};
const linking = ["-s", "-Wl,--no-insert-timestamp,--nxcompat,--dynamicbase,--high-entropy-va"];
const installation = "apt-get install --no-install-recommends g++-mingw-w64-x86-64-win32 mingw-w64-tools";

/** Only if a source, or a file beside one, is younger than the program. */
export async function makeProgram(program: WindowsProgram): Promise<void> {
  if ((await changedMs(program.file)) > (await newestSourceMs(program))) return;
  await mkdir(dirname(program.file), { recursive: true });
  await compileProgram(program, program.file);
  console.log(`made ${program.file.slice(root.length + 1)}`);
}

/** Into a fresh file that then takes the old one's place. */
export async function compileProgram(program: WindowsProgram, file: string): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  const folder = await mkdtemp(join(tmpdir(), "mingw-"));
  try {
    const sources = await filesOf(program.sources);
    const { compiler, flags } = sources.some((source) => source.endsWith(".cpp")) ? cpp : c;
    const resources = program.resources ? [await compileResources(join(root, program.resources), folder)] : [];
    const libraries = program.libraries.map((name) => `-l${name}`);
    const inputs = [...sources, ...resources, ...libraries];
    await run(compiler, [...flags, ...(program.flags ?? []), ...linking, "-o", unfinished, ...inputs]);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
    await rm(folder, { recursive: true });
  }
}

async function compileResources(file: string, folder: string): Promise<string> {
  for (const name of await readdir(dirname(file))) {
    const source = join(dirname(file), name);
    if (name.endsWith(".idl"))
      await run(`${tools}widl`, ["-t", "-o", join(folder, name.replace(/idl$/, "tlb")), source]);
  }
  const object = join(folder, `${basename(file)}.o`);
  await run(`${tools}windres`, ["-I", folder, file, object], folder);
  return object;
}

async function run(tool: string, args: readonly string[], cwd?: string): Promise<void> {
  await promisify(execFile)(tool, args, { cwd }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new Error(`${tool} is missing: ${installation}`);
  });
}

async function filesOf(sources: readonly string[]): Promise<string[]> {
  const listed = await Promise.all(sources.map((source) => join(root, source)).map(expand));
  return listed.flat();
}

async function expand(path: string): Promise<string[]> {
  if (/\.\w+$/.test(path)) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => /\.(c|cpp|def)$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

async function newestSourceMs({ sources }: WindowsProgram): Promise<number> {
  const folders = new Set((await filesOf(sources)).map((file) => dirname(file)));
  const files = await Promise.all(
    [...folders].map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
  );
  return Math.max(...(await Promise.all(files.flat().map(changedMs))));
}

async function changedMs(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}
