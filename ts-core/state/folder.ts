import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { QnapError, reasonOf } from "../errors.ts";
import { runTool } from "./windowsTool.ts";

/** Where this machine's state lies; see docs/protocol.md. Made when missing, checked before anything in it is believed. */
export async function openStateFolder(): Promise<string> {
  const folder = process.env.QNAP_SNAPSHOT_HOME ? resolve(process.env.QNAP_SNAPSHOT_HOME) : await defaultFolder();
  try {
    await make(folder);
    await checkFolder(folder);
    for (const name of ["journal", "catalogue", "latches", "vss"]) {
      await make(join(folder, name));
      await checkFolder(join(folder, name));
    }
  } catch (error) {
    if (error instanceof QnapError) throw error;
    throw new QnapError("StateUnwritable", { file: folder, reason: reasonOf(error) }, error);
  }
  return folder;
}

/** What is there already is judged by the check, even when it is no folder. */
async function make(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

async function defaultFolder(): Promise<string> {
  if (process.platform !== "win32")
    return process.getuid?.() === 0 ? "/var/lib/qnap-snapshot" : join(homedir(), ".local/state/qnap-snapshot");
  return (await mayReadMachines()) ? machineFolder() : join(process.env.LOCALAPPDATA ?? homedir(), "QnapSnapshot");
}

/** The machine's folder is made, with its ACL, by the installation; whom that keeps out has a folder of their own. */
async function mayReadMachines(): Promise<boolean> {
  const installed = await lstat(machineFolder()).catch(() => undefined);
  if (!installed?.isDirectory()) return false;
  return readdir(machineFolder()).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPERM" && error.code !== "EACCES") throw error;
      return false;
    },
  );
}

/** On Windows: what SYSTEM and the administrators share. */
export function machineFolder(): string {
  return join(process.env.ProgramData ?? "C:\\ProgramData", "QnapSnapshot");
}

async function checkFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return checkWindowsFolder(folder);
  const found = await lstat(folder);
  const { uid, mode } = found;
  if (!found.isDirectory()) throw new QnapError("StateFolderUnsafe", { folder, reason: "it is not a folder" });
  if (uid !== process.getuid?.() && uid !== 0)
    throw new QnapError("StateFolderUnsafe", { folder, reason: `it belongs to user id ${uid}` });
  if (mode & 0o022) throw new QnapError("StateFolderUnsafe", { folder, reason: "others may write to it" });
  if (mode & 0o055) await chmod(folder, 0o700);
}

/** Anybody may make a folder under ProgramData: the machine's is believed only once its owner and rights were seen to be right. */
async function checkWindowsFolder(folder: string): Promise<void> {
  if (folder !== machineFolder()) return;
  await runTool(["check", folder], Buffer.alloc(0), folder, (reason, cause) => {
    return new QnapError("StateFolderUnsafe", { folder, reason }, cause);
  });
}
