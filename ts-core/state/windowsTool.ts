/** The program beside the core that does on Windows what Node cannot (native/dpapi.c). */
import { type ExecFileException, execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { QnapError } from "../errors.ts";

const tool = join(dirname(process.execPath), "qnap-snapshot-dpapi.exe");
const unsafeFolder = 66;
/** Assumed: for a domain account Windows may ask a domain controller. */
const timeoutMs = 60_000;

/** Bytes in, bytes out, by pipes only. What the folder named last is not safe for is refused before any byte is read. */
export function runTool(
  args: readonly string[],
  input: Buffer,
  folder: string,
  refused: (reason: string, cause: unknown) => QnapError,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { encoding: "buffer", windowsHide: true, timeout: timeoutMs } as const;
    const child = execFile(tool, args, options, (error, output, said) => {
      if (!error) resolve(output);
      else reject(failure(error, said.toString("latin1").trim(), folder, refused));
    });
    // Where it ends before it has read everything, its exit code says why.
    child.stdin?.on("error", () => undefined).end(input);
  });
}

function failure(
  error: ExecFileException,
  said: string,
  folder: string,
  refused: (reason: string, cause: unknown) => QnapError,
): QnapError {
  if (typeof error.code === "string") return new QnapError("SecretToolMissing", { tool, reason: error.code }, error);
  if (error.code === unsafeFolder) return new QnapError("StateFolderUnsafe", { folder, reason: said });
  return refused(error.killed ? `no answer within ${timeoutMs / 1000} s` : said || `exit code ${error.code}`, error);
}
