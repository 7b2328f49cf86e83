/** One CommonJS file of the core, out/core/core.cjs: what is packed into the binaries. See docs/decisions/0001. */
import { join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { root, version, writeIfChanged } from "./repo.ts";

export const bundleFile = join(root, "out/core/core.cjs");

/** Schemas were compiled to validators; at run time nobody reads them, and TypeBox would double what is parsed at start. */
const schemasLeftOut: Plugin = {
  name: "schemas-left-out",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^typebox$/ }, () => ({ path: "typebox", namespace: "left-out" }));
    onLoad({ filter: /.*/, namespace: "left-out" }, () => ({
      contents: "export const Type = new Proxy({}, { get: () => () => ({}) });",
    }));
  },
};

export function bundleOptions(): BuildOptions {
  return {
    entryPoints: [join(root, "ts-core/main.ts")],
    outfile: bundleFile,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    charset: "ascii", // V8 scans one-byte text faster; minifying, on the other hand, gains nothing measurable.
    legalComments: "inline",
    define: { __CORE_VERSION__: JSON.stringify(version) },
    plugins: [schemasLeftOut],
    logLevel: "warning",
  };
}

async function main(): Promise<void> {
  const { outputFiles } = await build({ ...bundleOptions(), write: false });
  for (const { path, text } of outputFiles) {
    if (await writeIfChanged(path, text)) console.log(`made out/core/core.cjs (${Math.ceil(text.length / 1024)} KiB)`);
  }
}

if (import.meta.main) await main();
