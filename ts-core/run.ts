import { once } from "node:events";
import { QnapError } from "./errors.ts";
import type { OperationDispatcher } from "./rpc/dispatcher.ts";
import { mayLeave, type UnderWay } from "./rpc/leaving.ts";
import { toAsciiJson } from "./rpc/lines.ts";
import { errorAnswer, parseJson } from "./rpc/messages.ts";
import type { Context } from "./rpc/operation.ts";

/**
 * One operation for scripts and start-up tasks: parameters from standard input (none when it is a terminal or empty), rows and
 * result as JSON lines on standard output, the error on standard error. Exit code 0, or 1 on an error and where a recovery left
 * something unsettled.
 */
export async function runOnce(name: string, operations: OperationDispatcher): Promise<number> {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => abort.abort());
  // The reader has seen enough, as `head` does.
  process.stdout.on("error", () => abort.abort());
  try {
    const params = name === "recover" ? {} : parseJson((await readInput()) || "{}");
    const request: UnderWay = { done: Promise.resolve(), stays: false };
    const context = contextOf(await operations.machine(), abort.signal, request);
    const running = operations.run(name === "recover" ? "repairOperation" : name, params, context);
    request.done = running.catch(() => undefined);
    const result = await Promise.race([running, toldToLeave(abort.signal, request)]);
    process.stdout.write(`${toAsciiJson(result)}\n`);
    return unsettled(result) ? 1 : 0;
  } catch (error) {
    tell(toAsciiJson(errorAnswer(null, error).error));
    return 1;
  } finally {
    await operations.close();
  }
}

/** Throws once a process that was told to stop may do so although its operation is unfinished. */
async function toldToLeave(signal: AbortSignal, request: UnderWay): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  await mayLeave(() => [request]);
  throw new QnapError("Cancelled", { state: "What is unfinished stands in the journal; `run recover` settles it." });
}

function contextOf(machine: Context["machine"], signal: AbortSignal, request: UnderWay): Context {
  return {
    machine,
    signal,
    stay: () => {
      request.stays = true;
    },
    progress: () => undefined,
    verbose: () => undefined,
    warn: tell,
    rows: (batch) => printRows(batch, signal),
  };
}

function unsettled(result: unknown): boolean {
  return ((result as { unresolved?: number }).unresolved ?? 0) > 0;
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

async function printRows(rows: readonly unknown[], signal: AbortSignal): Promise<void> {
  for (const row of rows) {
    if (signal.aborted) throw new QnapError("Cancelled", { state: "The list is not complete." });
    if (!process.stdout.write(`${toAsciiJson(row)}\n`))
      await once(process.stdout, "drain", { signal }).catch(() => undefined);
  }
}
