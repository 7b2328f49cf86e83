import { cp, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attachDisk, canMount, type Disk } from "../../tests/initiator/mount.ts";
import { missingTools, runTool, targetTools } from "../../tests/initiator/tools.ts";
import type { SimulatedNas } from "../../tests/sim/nas/start.ts";
import { destroyFiles, hashFiles, writeFiles } from "./files.ts";
import { note } from "./say.ts";

/** The server that uses the LUN: over real iSCSI where this machine can, otherwise on the LUN's file. */
export interface Host {
  readonly real: boolean;
  /** Makes a file system on the LUN and fills it; returns the files' SHA-256. */
  fillLun(nas: SimulatedNas, lun: string): Promise<string[]>;
  /** What has been written reaches the LUN. */
  settle(): Promise<void>;
  destroyFiles(): Promise<void>;
  /** Gives the LUN up: unmount, log out. */
  release(): Promise<void>;
  readLun(nas: SimulatedNas, lun: string): Promise<{ files: string[]; fsck: string }>;
  close(): Promise<void>;
}

export async function openHost(): Promise<Host> {
  const missing = canMount() ?? missingTools(targetTools);
  if (missing === undefined) return realHost();
  note(`No real iSCSI here: ${missing}. The demo works on the LUN's file instead.`);
  return fileHost();
}

function realHost(): Host {
  let disk: Disk | undefined;
  let folder = "";
  const attach = async (nas: SimulatedNas, lun: string) => {
    disk = await attachDisk(await addressOf(nas, lun));
    note(`LUN '${lun}' attached over iSCSI as ${disk.device}`);
    return disk;
  };
  const release = async () => {
    await disk?.detach();
    disk = undefined;
  };
  return {
    real: true,
    release,
    fillLun: async (nas, lun) => {
      const attached = await attach(nas, lun);
      await attached.mkfs();
      folder = await attached.mount();
      note(`ext4 made on it and mounted at ${folder}`);
      await rm(join(folder, "lost+found"), { recursive: true });
      await writeFiles(folder);
      return hashFiles(folder);
    },
    settle: async () => {
      await runTool("sync", ["-f", folder]);
    },
    destroyFiles: async () => {
      await destroyFiles(folder);
      await runTool("sync", ["-f", folder]);
    },
    readLun: async (nas, lun) => {
      const attached = await attach(nas, lun);
      // The snapshot was taken of a mounted file system: mounting replays its journal.
      const files = await hashFiles(await attached.mount());
      await attached.unmount();
      const fsck = lastLine(await attached.fsck());
      await release();
      return { files, fsck };
    },
    close: release,
  };
}

async function fileHost(): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), "qnap-demo-files-"));
  let file = "";
  return {
    real: false,
    fillLun: async (nas, lun) => {
      file = await fileOf(nas, lun);
      await writeFiles(folder);
      await runTool("mkfs.ext4", ["-q", "-F", "-d", folder, file]);
      note("ext4 with files made in the LUN's file");
      return hashFiles(folder);
    },
    settle: async () => undefined,
    destroyFiles: async () => {
      const handle = await open(file, "r+");
      await handle.write(Buffer.alloc(64 * 1024 * 1024), 0);
      await handle.close();
    },
    release: async () => undefined,
    readLun: async (nas, lun) => {
      const copy = join(folder, "read-back");
      await cp(await fileOf(nas, lun), join(folder, "lun"));
      const fsck = lastLine(await runTool("e2fsck", ["-f", "-n", join(folder, "lun")]));
      await runTool("mkdir", [copy]);
      await runTool("debugfs", ["-R", `rdump / ${copy}`, join(folder, "lun")]);
      return { files: await hashFiles(copy), fsck };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function addressOf(nas: SimulatedNas, name: string) {
  const { luns, targets } = await nas.state();
  const mapping = luns.find((lun) => lun.name === name)?.targets[0];
  const target = targets.find(({ targetIndex }) => targetIndex === mapping?.targetIndex);
  const [portal] = nas.portals;
  if (!mapping || !target || portal === undefined) throw new Error(`LUN '${name}' is on no target`);
  return { portal, iqn: target.iqn, lun: mapping.lunNumber + nas.lunOffset };
}

async function fileOf(nas: SimulatedNas, name: string): Promise<string> {
  const lun = (await nas.state()).luns.find((candidate) => candidate.name === name);
  if (!lun) throw new Error(`no LUN '${name}'`);
  return lun.file;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
