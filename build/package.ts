/** Makes the binaries that ship, of the bundle and of C: `node build/package.ts [linux|win]`, both when none is named. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Platform, seedPkgCache } from "./baseBinaries.ts";
import { bundleFile } from "./bundle.ts";
import { makeNative, nativePrograms } from "./native.ts";
import { root } from "./repo.ts";

const home = join(root, ".cache/pkg-home");

export const binaries: Record<Platform, string> = {
  linux: join(root, "module/bin/linux-x64/qnap-snapshot-core"),
  win: join(root, "module/bin/win-x64/qnap-snapshot-core.exe"),
};

async function pack(platform: Platform): Promise<void> {
  const binary = binaries[platform];
  const stamp = join(root, `.cache/package/${platform}`);
  const madeFrom = `${await sha256(bundleFile)} node ${process.version}`;
  if (existsSync(binary) && (await readFile(stamp, "utf8").catch(() => "")) === madeFrom) return;
  await seedPkgCache(home, platform);
  await runPkg(platform, binary);
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, madeFrom);
  console.log(`made ${binary.slice(root.length + 1)}`);
}

/** Into a fresh file that then takes the old one's place: a core that is running keeps its own. */
async function runPkg(platform: Platform, binary: string): Promise<void> {
  const unfinished = join(dirname(binary), `unfinished-${process.pid}${platform === "win" ? ".exe" : ""}`);
  const target = `node${process.versions.node}-${platform}-x64`;
  const pkg = join(root, "node_modules/pkg/lib-es5/bin.js");
  await mkdir(dirname(binary), { recursive: true });
  try {
    await promisify(execFile)(process.execPath, [pkg, "--sea", bundleFile, "-t", target, "-o", unfinished], {
      cwd: home,
      env: { ...process.env, HOME: home },
    });
    await rename(unfinished, binary);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function sha256(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}

async function tell(binary: string): Promise<void> {
  const { size } = await stat(binary);
  console.log(`${binary.slice(root.length + 1)}  ${size} bytes  sha256 ${await sha256(binary)}`);
}

/** ps-list reads the processes of Windows by a program of its own. */
const fastlist = "vendor/fastlist-0.3.0-x64.exe";

async function copyFastlist(): Promise<void> {
  const copy = join(dirname(binaries.win), fastlist);
  await mkdir(dirname(copy), { recursive: true });
  await copyFile(join(root, "node_modules/ps-list", fastlist), copy);
}

async function main(asked: string | undefined): Promise<void> {
  const platforms: Platform[] = asked === "linux" || asked === "win" ? [asked] : ["linux", "win"];
  if (platforms.includes("win")) await Promise.all([makeNative(), copyFastlist()]);
  await Promise.all(platforms.map(pack));
  if (asked !== undefined) return;
  for (const binary of [...Object.values(binaries), ...nativePrograms.map(({ file }) => file)]) await tell(binary);
}

if (import.meta.main) await main(process.argv[2]);
