/**
 * How a key lies in its file. Elsewhere than on Windows: as it is, in a file of its owner. On Windows: under DPAPI, which Node
 * does not have; a program beside the core has it (native/dpapi.c).
 */
import { type ExecFileException, execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { QnapError } from "../errors.ts";
import { machineFolder } from "./folder.ts";

const tool = join(dirname(process.execPath), "qnap-snapshot-dpapi.exe");
const unsafeFolder = 66;
/** Assumed: for a domain account Windows may ask a domain controller. */
const timeoutMs = 60_000;

export const keysAreProtected = process.platform === "win32";

/** What the file is to hold; nothing is given before it was shown to give the key back. */
export async function protect(key: Buffer, file: string): Promise<Buffer> {
  if (!keysAreProtected) return key;
  const content = await run("protect", key, file);
  if (!(await unprotect(content, file)).equals(key))
    throw new QnapError("SecretKeyNotProtected", { file, reason: "it gives back another key" });
  return content;
}

export function unprotect(content: Buffer, file: string): Promise<Buffer> {
  return run("unprotect", content, file);
}

/** The key travels by pipes only. What lies in the machine's folder is for all who may read that; the program checks who may. */
function run(verb: "protect" | "unprotect", bytes: Buffer, file: string): Promise<Buffer> {
  const folder = dirname(file);
  const args = folder === machineFolder() ? [verb, folder] : [verb];
  return new Promise((resolve, reject) => {
    const options = { encoding: "buffer", windowsHide: true, timeout: timeoutMs } as const;
    const child = execFile(tool, args, options, (error, output, said) => {
      if (error) reject(failure(verb, file, error, said.toString("latin1").trim()));
      else resolve(output);
    });
    // Where it ends before it has read everything, its exit code says why.
    child.stdin?.on("error", () => undefined).end(bytes);
  });
}

function failure(verb: "protect" | "unprotect", file: string, error: ExecFileException, said: string): QnapError {
  if (typeof error.code === "string") return new QnapError("SecretToolMissing", { tool, reason: error.code }, error);
  if (error.code === unsafeFolder) return new QnapError("StateFolderUnsafe", { folder: dirname(file), reason: said });
  const reason = error.killed ? `no answer within ${timeoutMs / 1000} s` : said || `exit code ${error.code}`;
  return new QnapError(verb === "protect" ? "SecretKeyNotProtected" : "SecretKeyForeign", { file, reason }, error);
}
