/**
 * How a key lies in its file. Elsewhere than on Windows: as it is, in a file of its owner. On Windows: under DPAPI, which Node
 * does not have; a program beside the core has it (native/dpapi.c).
 */
import { dirname } from "node:path";
import { QnapError } from "../errors.ts";
import { machineFolder } from "./folder.ts";
import { runTool } from "./windowsTool.ts";

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

/** What lies in the machine's folder is for all who may read that; the program checks who may. */
function run(verb: "protect" | "unprotect", bytes: Buffer, file: string): Promise<Buffer> {
  const folder = dirname(file);
  const code = verb === "protect" ? "SecretKeyNotProtected" : "SecretKeyForeign";
  const args = folder === machineFolder() ? [verb, folder] : [verb];
  return runTool(args, bytes, folder, (reason, cause) => new QnapError(code, { file, reason }, cause));
}
