/**
 * Makes the core (as it is packaged) and the NAS simulator one file each. Tests start them a few thousand times, and from sources
 * each start would take the types off a hundred modules again: most of what the suite would compute.
 */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { bundle } from "../build/bundle.ts";
import { root } from "../build/repo.ts";

async function nasSimulator(folder: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, "sim/nas/main.ts")],
    outfile: join(folder, "nas.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    // For packages that are CommonJS.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
}

export default async function makePrograms(): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), "programs-"));
  const folder = join(home, "programs");
  await mkdir(folder);
  // As the core has it beside its sources: what it starts of the module lies there.
  await symlink(join(root, "module"), join(home, "module"));
  await Promise.all([bundle().then((code) => writeFile(join(folder, "core.cjs"), code)), nasSimulator(folder)]);
  process.env.QNAP_TEST_PROGRAMS = folder;
  return () => rm(home, { recursive: true });
}
