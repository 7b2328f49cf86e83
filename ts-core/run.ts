import type { OperationDispatcher } from "./rpc/dispatcher.ts";
import { errorAnswer } from "./rpc/messages.ts";

/**
 * One operation for scripts and start-up tasks: parameters from standard input (none when it is a terminal or empty), rows and
 * result as JSON lines on standard output, the error on standard error. Exit code 0, or 1 on an error.
 */
export async function runOnce(name: string, operations: OperationDispatcher): Promise<number> {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => abort.abort());
  try {
    const params: unknown = name === "recover" ? {} : JSON.parse((await readInput()) || "{}");
    const machine = await operations.machine();
    const context = {
      machine,
      signal: abort.signal,
      progress: () => undefined,
      verbose: () => undefined,
      warn: tell,
      rows: printRows,
    };
    const result = await operations.run(name === "recover" ? "repairOperation" : name, params, context);
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return 0;
  } catch (error) {
    tell(JSON.stringify(errorAnswer(null, error).error));
    return 1;
  } finally {
    await operations.close();
  }
}

async function readInput(): Promise<string> {
  if (process.stdin.isTTY) return "";
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8").trim();
}

function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}

async function printRows(rows: readonly unknown[]): Promise<void> {
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
}
