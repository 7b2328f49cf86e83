import { type ExecFileException, execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Program -> Debian package that has it, per feature: what the set-up installs and what messages name. */
export const targetTools = { tgtd: "tgt", tgtadm: "tgt", setpriv: "util-linux" };
export const initiatorTools = {
  "iscsi-ls": "libiscsi-bin",
  "iscsi-inq": "libiscsi-bin",
  "iscsi-readcapacity16": "libiscsi-bin",
  "qemu-io": "qemu-utils",
  "qemu-img": "qemu-utils",
  "block-iscsi.so": "qemu-block-extra",
};
export const mountTools = {
  "qemu-storage-daemon": "qemu-system-common",
  "block-iscsi.so": "qemu-block-extra",
  fusermount3: "fuse3",
  setpriv: "util-linux",
  losetup: "mount",
  mount: "mount",
  umount: "mount",
  "mkfs.ext4": "e2fsprogs",
  e2fsck: "e2fsprogs",
};

const packagesOf = (tools: Record<string, string>): string[] => [...new Set(Object.values(tools))];
export const targetPackages = packagesOf(targetTools);
export const initiatorPackages = packagesOf(initiatorTools);
export const mountPackages = packagesOf(mountTools);

/** A user's PATH often lacks the sbin folders, where half of these tools live. */
export const toolPath = [process.env.PATH, "/usr/sbin", "/sbin"].filter(Boolean).join(":");

/** Undefined when all are there, else what is missing and the command that installs it. */
export function missingTools(tools: Record<string, string>): string | undefined {
  const folders = [...toolPath.split(":"), ...qemuModuleFolders()];
  const missing = Object.entries(tools).filter(([tool]) => !folders.some((folder) => existsSync(join(folder, tool))));
  if (missing.length === 0) return undefined;
  const names = missing.map(([tool]) => tool).join(", ");
  const packages = packagesOf(Object.fromEntries(missing)).join(" ");
  return `${names} not found: apt-get install -y --no-install-recommends ${packages}`;
}

/** `/usr/lib/x86_64-linux-gnu/qemu`, with qemu's drivers. */
function qemuModuleFolders(): string[] {
  return existsSync("/usr/lib") ? readdirSync("/usr/lib").map((name) => join("/usr/lib", name, "qemu")) : [];
}

export function requireTools(tools: Record<string, string>): void {
  const missing = missingTools(tools);
  if (missing) throw new Error(missing);
}

/** Runs one program to its end; rejects with what it printed. The output is latin1, so that raw bytes survive. */
export async function runTool(tool: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const options = { encoding: "latin1", timeout: 60_000, env: { ...process.env, PATH: toolPath, ...env } } as const;
  try {
    return (await promisify(execFile)(tool, args, options)).stdout;
  } catch (error) {
    const { stderr, stdout } = error as ExecFileException;
    throw new Error(`${tool}: ${stderr?.trim() || stdout?.trim() || String(error)}`, { cause: error });
  }
}
