import type { Readable, Writable } from "node:stream";
import { QnapError } from "../errors.ts";
import { coreVersion, protocolVersion } from "../version.ts";
import { mayLeave, type UnderWay } from "./leaving.ts";
import { LineReader, toAsciiJson } from "./lines.ts";
import { errorAnswer, idOf, type Notification, parseMessage, type Request } from "./messages.ts";
import type { Context, Progress } from "./operation.ts";

const maxInBytes = 16 * 1024 * 1024;
/** Windows PowerShell's JSON reader refuses more than 2 MiB; a batch of rows is cut well below. */
const maxOutBytes = 1024 * 1024;

/** What the server needs to know of the operations. */
export interface Dispatcher {
  names(): readonly string[];
  run(method: string, params: unknown, context: Context): Promise<unknown>;
  machine(): Promise<Context["machine"]>;
}

type Id = number | string;
type Running = UnderWay & { abort: AbortController };

/**
 * JSON-RPC 2.0, one message a line. Requests run side by side. The end of the input means: accept nothing more, tell every
 * running request to stop, wait until each has reached a safe step.
 */
export class Server {
  readonly #output: Writable;
  readonly #dispatcher: Dispatcher;
  readonly #running = new Map<Id, Running>();
  #initialized = false;

  constructor(output: Writable, dispatcher: Dispatcher) {
    this.#output = output;
    this.#dispatcher = dispatcher;
    // The reader may be gone before we are: nothing to tell it any more.
    output.on("error", () => undefined);
  }

  /** Serves until the input ends and all that was running is at a safe step. */
  async serve(input: Readable): Promise<void> {
    const reader = new LineReader(
      maxInBytes,
      (line) => this.#accept(line),
      () => this.#send(errorAnswer(null, new QnapError("MessageTooLarge", { limitBytes: maxInBytes }))),
    );
    await new Promise<void>((resolve) => {
      input.on("data", (chunk: Buffer) => reader.push(chunk));
      input.once("end", resolve);
      input.once("close", resolve);
      input.once("error", () => resolve());
    });
    await this.stop();
  }

  async stop(): Promise<void> {
    for (const { abort } of this.#running.values()) abort.abort();
    await mayLeave(() => [...this.#running.values()]);
  }

  #accept(line: string): void {
    try {
      const message = parseMessage(line);
      if ("id" in message) this.#start(message);
      else this.#notified(message);
    } catch (error) {
      this.#send(errorAnswer(idOf(line), error));
    }
  }

  #notified({ method, params }: Notification): void {
    if (method === "$/cancel") this.#running.get((params as { id?: Id } | null)?.id ?? "")?.abort.abort();
  }

  #start(request: Request): void {
    if (this.#running.has(request.id)) {
      throw new QnapError("MalformedMessage", { reason: `request ${request.id} is still running` });
    }
    const running: Running = { abort: new AbortController(), done: Promise.resolve(), stays: false };
    this.#running.set(request.id, running);
    running.done = this.#answer(request, running).finally(() => this.#running.delete(request.id));
  }

  async #answer(request: Request, running: Running): Promise<void> {
    try {
      const result = request.method === "initialize" ? this.#initialize(request) : await this.#run(request, running);
      this.#send({ jsonrpc: "2.0", id: request.id, result });
    } catch (error) {
      this.#send(errorAnswer(request.id, error));
    }
  }

  #initialize({ params }: Request) {
    const { moduleVersion, protocolVersion: asked } = (params ?? {}) as Record<string, unknown>;
    if (asked !== protocolVersion || (moduleVersion !== undefined && moduleVersion !== coreVersion)) {
      throw new QnapError("CoreVersionMismatch", { coreVersion, moduleVersion, protocolVersion, asked });
    }
    this.#initialized = true;
    return { coreVersion, protocolVersion, operations: this.#dispatcher.names() };
  }

  async #run({ id, method, params }: Request, running: Running): Promise<unknown> {
    if (!this.#initialized) throw new QnapError("NotInitialized");
    const machine = await this.#dispatcher.machine();
    const { signal } = running.abort;
    const stay = () => {
      running.stays = true;
    };
    return this.#dispatcher.run(method, params, { machine, signal, stay, ...this.#notifier(id, signal) });
  }

  #notifier(id: Id, signal: AbortSignal): Omit<Context, "machine" | "signal" | "stay"> {
    const notify = (method: string, params: object) =>
      this.#send({ jsonrpc: "2.0", method, params: { id, ...params } });
    return {
      progress: (progress: Progress) => void notify("$/progress", progress),
      warn: (message) => void notify("$/log", { level: "warning", message }),
      verbose: (message) => void notify("$/log", { level: "verbose", message }),
      rows: async (batch) => {
        for (const rows of cut(batch)) {
          if (signal.aborted) throw new QnapError("Cancelled", { state: "The list is not complete." });
          if (!notify("$/rows", { rows })) await this.#drained(signal);
        }
      },
    };
  }

  /** False when the reader is behind. */
  #send(message: object): boolean {
    const line = toAsciiJson(message);
    if (line.length > maxOutBytes) throw new QnapError("AnswerTooLarge", { limitBytes: maxOutBytes });
    return this.#output.writable ? this.#output.write(`${line}\n`) : true;
  }

  /** Until the reader has caught up, has gone, or nobody waits for the rows any more. */
  #drained(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        this.#output.off("drain", finish).off("close", finish);
        signal.removeEventListener("abort", finish);
        resolve();
      };
      this.#output.on("drain", finish).on("close", finish);
      signal.addEventListener("abort", finish);
      if (signal.aborted || !this.#output.writableNeedDrain) finish();
    });
  }
}

/** Batches that stay below the size of one message, each at least one row. */
function* cut(rows: readonly unknown[]): Generator<unknown[]> {
  let batch: unknown[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = toAsciiJson(row).length;
    if (batch.length > 0 && bytes + size > maxOutBytes / 2) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
