import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type LunAddress, qemuDriver, qemuSecret } from "./address.ts";
import { inquire } from "./inquiry.ts";
import { missingTools, mountTools, requireTools, runTool, toolPath } from "./tools.ts";

/** A LUN as a block device of this machine, over real iSCSI: qemu-storage-daemon -> FUSE file -> loop device. */
export interface Disk {
  /** `/dev/loop0` */
  readonly device: string;
  mkfs(): Promise<void>;
  /** Returns the folder. */
  mount(): Promise<string>;
  unmount(): Promise<void>;
  /** Checks without repairing; rejects with e2fsck's report where there is something to repair. */
  fsck(): Promise<string>;
  /** Undoes everything that is still there, in reverse order; may be called twice. */
  detach(): Promise<void>;
}

const freeWithinMs = 5_000;
const endWithinMs = 3_000;

/** Why this machine cannot attach a LUN, or undefined when it can. */
export function canMount(): string | undefined {
  if (process.getuid?.() !== 0) return "mounting needs root";
  if (!existsSync("/dev/fuse")) return "mounting needs /dev/fuse (modprobe fuse, or a container with that device)";
  if (!existsSync("/dev/loop-control")) return "mounting needs /dev/loop-control (modprobe loop)";
  return missingTools(mountTools);
}

export async function attachDisk(address: LunAddress): Promise<Disk> {
  requireTools(mountTools);
  const undo = undoStack();
  try {
    const { file, folder } = await exportFile(address, undo);
    const device = (await runTool("losetup", ["--find", "--show", file])).trim();
    undo.push(() => detachLoop(device));
    return diskOn(device, join(folder, "mounted"), undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

/** A LUN as a file of this machine. */
export interface LunFile {
  readonly file: string;
  stop(): Promise<void>;
}

export async function exportLun(address: LunAddress): Promise<LunFile> {
  requireTools(mountTools);
  const undo = undoStack();
  try {
    const { file } = await exportFile(address, undo);
    return { file, stop: () => undo.run() };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

function diskOn(device: string, folder: string, undo: UndoStack): Disk {
  let unmount: (() => Promise<void>) | undefined;
  return {
    device,
    mkfs: async () => {
      await runTool("mkfs.ext4", ["-q", "-F", device]);
    },
    mount: async () => {
      await mkdir(folder, { recursive: true });
      await runTool("mount", [device, folder]);
      unmount = undo.push(async () => {
        await runTool("umount", [folder]);
      });
      return folder;
    },
    unmount: async () => unmount?.(),
    fsck: () => runTool("e2fsck", ["-f", "-n", device]),
    detach: () => undo.run(),
  };
}

async function exportFile(address: LunAddress, undo: UndoStack): Promise<{ file: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "lun-"));
  undo.push(() => rm(folder, { recursive: true }));
  // qemu knows no mutual CHAP, so libiscsi's own program lets the target prove itself just before.
  if (address.mutualChap) await inquire(address);
  const file = join(folder, "lun");
  await writeFile(file, "");
  const daemon = startStorageDaemon(address, file);
  undo.push(() => stopStorageDaemon(daemon.child, file));
  // The FUSE file takes the place of the empty one.
  for (const empty = (await stat(file)).dev; (await stat(file)).dev === empty; await sleep(10)) daemon.check();
  return { file, folder };
}

function startStorageDaemon(address: LunAddress, file: string): { child: ChildProcess; check(): void } {
  const blockdev = { ...qemuDriver(address), "node-name": "lun" };
  const fuse = { type: "fuse", id: "file", "node-name": "lun", mountpoint: file, writable: true };
  const options = ["--blockdev", JSON.stringify(blockdev), "--export", JSON.stringify(fuse)];
  // TERM, so that it gives its FUSE file back even when we are killed.
  const command = ["--pdeathsig", "TERM", "qemu-storage-daemon", ...qemuSecret(address), ...options];
  const child = spawn("setpriv", command, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, PATH: toolPath },
  });
  let complaints = "";
  child.stderr.on("data", (text: Buffer) => {
    complaints += text;
  });
  const check = (): void => {
    if (hasEnded(child)) throw new Error(`qemu-storage-daemon: ${complaints.trim()}`);
  };
  return { child, check };
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Asked to end it may wait for ever, for a target that is gone or for a file that somebody still holds; its file then stays behind. */
async function stopStorageDaemon(child: ChildProcess, file: string): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const stuck = setTimeout(() => child.kill("SIGKILL"), endWithinMs);
  await exited;
  clearTimeout(stuck);
  if (child.signalCode === "SIGKILL") await runTool("umount", ["--lazy", file]).catch(() => "");
}

/** `losetup --detach` only asks; the file beneath may go when the device is really free. */
async function detachLoop(device: string): Promise<void> {
  await runTool("losetup", ["--detach", device]);
  for (const deadline = Date.now() + freeWithinMs; await isLoop(device); await sleep(10)) {
    if (Date.now() > deadline) throw new Error(`${device} is still in use`);
  }
}

async function isLoop(device: string): Promise<boolean> {
  const shown = await runTool("losetup", ["--list", "--noheadings", "--output", "NAME"]);
  return shown.split("\n").includes(device);
}

interface UndoStack {
  /** Returns the step, to be done once: early by itself or by `run`. */
  push(step: () => Promise<unknown>): () => Promise<void>;
  /** Last in, first out; goes on after an error and rejects with the first. */
  run(): Promise<void>;
}

function undoStack(): UndoStack {
  const steps: (() => Promise<void>)[] = [];
  return {
    push: (step) => {
      const once = async (): Promise<void> => {
        if (!steps.includes(once)) return;
        await step();
        steps.splice(steps.indexOf(once), 1);
      };
      steps.push(once);
      return once;
    },
    run: async () => {
      const errors: unknown[] = [];
      for (const step of steps.toReversed()) await step().catch((error) => errors.push(error));
      if (errors.length > 0) throw errors[0];
    },
  };
}
