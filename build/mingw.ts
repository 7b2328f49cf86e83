/** Programs for Windows, by mingw-w64. The same source gives the same bytes: no symbols, no time of the build. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { type Compiler, hash, objectFolder, objectOf, run, textsOf } from "./objects.ts";
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
const c: Compiler = { tool: `${tools}gcc`, flags: ["-std=c17", "-O2", ...warnings, "-municode"] };
// The win32 flavour: the other one brings a threading library along.
export const cpp: Compiler = {
  tool: `${tools}g++-win32`,
  flags: ["-std=c++17", "-O2", ...warnings, "-D_WIN32_WINNT=0x0603", "-DUNICODE", "-DINITGUID", "-static"],
};
// The base of a DLL would be made of its file's name.
const bytesOfSourceAlone = "--no-insert-timestamp,--disable-auto-image-base";
const linking = ["-s", `-Wl,${bytesOfSourceAlone},--nxcompat,--dynamicbase,--high-entropy-va`];

/** Only if something that it is made of has changed. */
export async function makeProgram(program: WindowsProgram): Promise<void> {
  const stamp = join(objectFolder, basename(program.file));
  const madeFrom = await hashOf(program);
  if (existsSync(program.file) && (await readFile(stamp, "utf8").catch(() => "")) === madeFrom) return;
  await mkdir(dirname(program.file), { recursive: true });
  await compileProgram(program, program.file);
  await writeFile(stamp, madeFrom);
  console.log(`made ${program.file.slice(root.length + 1)}`);
}

/** Into a fresh file that then takes the old one's place. */
export async function compileProgram(program: WindowsProgram, file: string): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  const folder = await mkdtemp(join(tmpdir(), "mingw-"));
  try {
    const compiler = await compilerOf(program);
    const inputs: string[] = [];
    for (const source of await filesOf(program.sources))
      inputs.push(source.endsWith(".def") ? source : await objectOf(source, compiler));
    if (program.resources) inputs.push(await compileResources(join(root, program.resources), folder));
    const libraries = program.libraries.map((name) => `-l${name}`);
    await run(compiler.tool, [...compiler.flags, ...linking, "-o", unfinished, ...inputs, ...libraries]);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
    await rm(folder, { recursive: true });
  }
}

async function compilerOf({ sources, flags = [] }: WindowsProgram): Promise<Compiler> {
  const { tool, flags: usual } = (await filesOf(sources)).some((file) => file.endsWith(".cpp")) ? cpp : c;
  return { tool, flags: [...usual, ...flags] };
}

async function compileResources(file: string, folder: string): Promise<string> {
  for (const source of await besides(file)) {
    const library = join(folder, basename(source).replace(/idl$/, "tlb"));
    if (source.endsWith(".idl")) await compileTypeLibrary(source, library);
  }
  const object = join(folder, `${basename(file)}.o`);
  await run(`${tools}windres`, ["-I", folder, file, object], folder);
  return object;
}

/** widl notes when it ran, as a text and, in the value after it (VT_UI4), as a number: both are blanked. */
async function compileTypeLibrary(source: string, library: string): Promise<void> {
  await run(`${tools}widl`, ["-t", "-o", library, source]);
  const bytes = await readFile(library);
  const [text = ""] = /Created by WIDL[^\n]+/.exec(bytes.toString("latin1")) ?? [];
  const at = bytes.indexOf(text);
  const number = bytes.indexOf("\x13\0", at, "latin1") + 2;
  bytes.fill(" ", at, at + text.length).fill(0, number, number + 4);
  await writeFile(library, bytes);
}

async function hashOf(program: WindowsProgram): Promise<string> {
  const { sources, libraries, resources } = program;
  const files = [...(await filesOf(sources)), ...(resources ? await besides(join(root, resources)) : [])];
  const settings = { libraries, linking, ...(await compilerOf(program)) };
  return hash([JSON.stringify(settings), ...(await textsOf(files))]);
}

async function filesOf(sources: readonly string[]): Promise<string[]> {
  const listed = sources.map(async (source) => {
    const path = join(root, source);
    if (/\.\w+$/.test(path)) return [path];
    return (await besides(join(path, "any"))).filter((name) => /\.(c|cpp|def)$/.test(name)).sort();
  });
  return (await Promise.all(listed)).flat();
}

const besides = async (file: string) => (await readdir(dirname(file))).map((name) => join(dirname(file), name));
