/**
 * The core in one CommonJS file, out/core/core.cjs: what is packed into the binaries. V8 reading the code is what a start costs
 * (docs/decisions/0001), so the file holds it in pieces that are compiled when first asked for, and deflated unless main needs
 * them at once.
 */
import { basename, join, relative } from "node:path";
import { deflateRawSync } from "node:zlib";
import { type BuildOptions, build, type Metafile, type Plugin, transform } from "esbuild";
import { root, version, writeIfChanged } from "./repo.ts";

export const bundleFile = join(root, "out/core/core.cjs");

/** Schemas were compiled to validators; at run time nobody reads them. */
const schemasLeftOut: Plugin = {
  name: "schemas-left-out",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^typebox$/ }, () => ({ path: "typebox", namespace: "left-out" }));
    onLoad({ filter: /.*/, namespace: "left-out" }, () => ({
      contents: "export const Type = new Proxy({}, { get: () => () => ({}) });",
    }));
  },
};

/** Every `import()` starts a piece of its own; what several pieces share becomes one too. */
export const bundleOptions = {
  entryPoints: [join(root, "ts-core/main.ts")],
  absWorkingDir: root,
  outdir: "out/core",
  bundle: true,
  splitting: true,
  write: false,
  metafile: true,
  platform: "node",
  target: "node22",
  format: "esm",
  legalComments: "inline",
  define: { __CORE_VERSION__: JSON.stringify(version) },
  plugins: [schemasLeftOut],
  logLevel: "warning",
} satisfies BuildOptions;

const loader = `
const { compileFunction } = require("node:vm");
const loaded = new Map();
function sourceOf(name) {
  const { plain, deflated } = pieces[name];
  return plain ?? require("node:zlib").inflateRawSync(Buffer.from(deflated, "base64")).toString("latin1");
}
function load(name) {
  if (!Object.hasOwn(pieces, name)) return require(name);
  let module = loaded.get(name);
  if (module) return module.exports;
  loaded.set(name, (module = { exports: {} }));
  compileFunction(sourceOf(name), ["require", "module", "exports"], { filename: name })(load, module, module.exports);
  return module.exports;
}
load("./main.js");
`;

/** main.js and what it imports outright, without waiting for an import(). */
function neededAtStart(metafile: Metafile, path = "out/core/main.js", found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const { kind, path: imported } of metafile.outputs[path]?.imports ?? []) {
    if (kind === "import-statement") neededAtStart(metafile, imported, found);
  }
  return found;
}

/**
 * A split bundle knows only ES modules, and a single executable only CommonJS: so each piece is turned by itself. What asks for its
 * own place (ps-list, for the program beside it) is told that of the executable.
 */
async function toCommonJs(source: string): Promise<string> {
  const { code } = await transform(source, {
    format: "cjs",
    target: "node22",
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "placeOfExecutable" },
  });
  return code.includes("placeOfExecutable") ? `${place}${code}` : code;
}

const place = 'const placeOfExecutable = require("node:url").pathToFileURL(process.execPath).href;\n';

export async function bundle(): Promise<string> {
  const { outputFiles, metafile } = await build(bundleOptions);
  const atStart = neededAtStart(metafile);
  const pieces = outputFiles.map(async ({ path, text }) => {
    const plain = await toCommonJs(text);
    const kept = atStart.has(relative(root, path))
      ? { plain }
      : { deflated: deflateRawSync(plain, { level: 9 }).toString("base64") };
    return [`./${basename(path)}`, kept];
  });
  return `const pieces = ${JSON.stringify(Object.fromEntries(await Promise.all(pieces)), null, 1)};\n${loader}`;
}

async function main(): Promise<void> {
  const code = await bundle();
  if (await writeIfChanged(bundleFile, code))
    console.log(`made out/core/core.cjs (${Math.ceil(code.length / 1024)} KiB)`);
}

if (import.meta.main) await main();
