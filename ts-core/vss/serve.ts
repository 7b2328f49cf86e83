import type { Readable, Writable } from "node:stream";
import { reasonOf } from "../errors.ts";
import { mayLeave } from "../rpc/leaving.ts";
import { LineReader, toAsciiJson } from "../rpc/lines.ts";
import { within } from "./deadline.ts";
import { hresultOf, hresults } from "./hresults.ts";
import type { Provider } from "./provider.ts";
import { ProviderLog } from "./providerLog.ts";
import { type Answer, type Call, callOf, idOf } from "./wire.ts";

const maxLineBytes = 1024 * 1024;
const maxMessageLength = 500;
/** Below those of the provider DLL (vss.md, section 6). Most callbacks have a shorter one of their own. */
const questionMs = 25_000;
const answerMs = 170_000;

/** Told with "no" in place of an error: the trouble of one provider must not break the volumes of others (vss.md, section 4). */
const questions = new Set(["AreLunsSupported", "FillInLunInfo"]);

/** Serves the provider DLL: one JSON object a line, answered by id, until the input ends and all that was begun is settled. */
export async function serveProvider(input: Readable, output: Writable): Promise<void> {
  const desk = new Desk(output);
  const reader = new LineReader(
    maxLineBytes,
    (line) => desk.take(line),
    () => desk.log.add(`a line of more than ${maxLineBytes} bytes was dropped`),
  );
  output.on("error", () => undefined);
  await new Promise<void>((resolve) => {
    input.on("data", (chunk: Buffer) => reader.push(chunk));
    input.once("end", resolve);
    input.once("close", resolve);
    input.once("error", () => resolve());
  });
  await desk.leave();
}

class Desk {
  readonly log = new ProviderLog();
  readonly #output: Writable;
  #provider: Promise<Provider> | undefined;

  constructor(output: Writable) {
    this.#output = output;
  }

  take(line: string): void {
    const message = parse(line);
    const id = idOf(message);
    if (id === undefined) this.log.add("a line was dropped: it is no callback with an id");
    else void this.#answer(id, message).then(() => this.#writeLog());
  }

  async leave(): Promise<void> {
    const provider = await this.#provider?.catch(() => undefined);
    provider?.end();
    await mayLeave(() => provider?.underWay() ?? []);
    await provider?.close();
    await this.log.write();
  }

  async #answer(id: number, message: unknown): Promise<void> {
    const { method } = message as Partial<Call>;
    try {
      const answer = await this.#handle(callOf(message));
      this.#send({ id, hr: hresults.ok, ...answer, ...shown(answer.message) });
      if (answer.message !== undefined) this.log.add(`${method}: ${answer.message}`);
    } catch (error) {
      this.log.add(`${method}: ${reasonOf(error)}`);
      const told = questions.has(method ?? "") ? { hr: hresults.ok, supported: false } : { hr: hresultOf(error) };
      this.#send({ id, ...told, ...shown(reasonOf(error)) });
    }
  }

  /** OnLoad is answered before anything is loaded; what will be needed is loaded after it. */
  async #handle(call: Call): Promise<Answer> {
    if (call.method === "OnLoad") {
      setImmediate(() => {
        this.#open().catch((error: unknown) => this.log.add(reasonOf(error)));
      });
      return {};
    }
    const provider = await this.#open();
    return within(questions.has(call.method) ? questionMs : answerMs, provider.handle(call));
  }

  /** A failure is told again each time, never kept. */
  #open(): Promise<Provider> {
    this.#provider ??= import("./provider.ts")
      .then(({ Provider }) => Provider.open((line) => this.log.add(line)))
      .catch((error: unknown) => {
        this.#provider = undefined;
        throw error;
      });
    return this.#provider;
  }

  async #writeLog(): Promise<void> {
    const provider = await this.#provider?.catch(() => undefined);
    if (provider?.mayWriteToDisk !== false) await this.log.write();
  }

  #send(answer: object): void {
    if (this.#output.writable) this.#output.write(`${toAsciiJson(answer)}\n`);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function shown(message: string | undefined): { message?: string } {
  return message === undefined ? {} : { message: message.slice(0, maxMessageLength) };
}
