import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { Context } from "../../../ts-core/rpc/operation.ts";
import { type Dispatcher, Server } from "../../../ts-core/rpc/server.ts";

type Handler = (params: never, context: Context) => unknown;
export type Message = {
  id?: unknown;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { data: { code: string } };
};

/** The server over streams in memory, with operations that a test gives. */
export class Conversation {
  readonly input = new PassThrough();
  readonly output: PassThrough;
  readonly served: Promise<void>;
  readonly #messages: Message[] = [];
  #rest = "";

  constructor(operations: Record<string, Handler>, highWaterMark = 16 * 1024) {
    this.output = new PassThrough({ writableHighWaterMark: highWaterMark, readableHighWaterMark: highWaterMark });
    const dispatcher: Dispatcher = {
      names: () => Object.keys(operations),
      machine: async () => ({}) as Context["machine"],
      run: async (method, params, context) => operations[method]?.(params as never, context),
    };
    this.served = new Server(this.output, dispatcher).serve(this.input);
  }

  /** As the module does: greets, and reads what comes. */
  static async start(operations: Record<string, Handler>): Promise<Conversation> {
    const conversation = new Conversation(operations);
    conversation.read();
    conversation.request("hello", "initialize", { protocolVersion: 1 });
    await conversation.answer("hello");
    return conversation;
  }

  read(): void {
    this.output.on("data", (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString("latin1")).split("\n");
      this.#rest = lines.pop() ?? "";
      this.#messages.push(...lines.map((line) => JSON.parse(line) as Message));
      this.output.emit("messages");
    });
  }

  request(id: unknown, method: string, params?: object): void {
    this.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  }

  cancel(id: unknown): void {
    this.write(JSON.stringify({ jsonrpc: "2.0", method: "$/cancel", params: { id } }));
  }

  write(line: string): void {
    this.input.write(`${line}\n`);
  }

  /** The first message that fits; waits for it. */
  async next(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const at = this.#messages.findIndex(fits);
      if (at >= 0) return this.#messages.splice(at, 1)[0] as Message;
      await once(this.output, "messages");
    }
  }

  answer(id: unknown): Promise<Message> {
    return this.next((message) => message.method === undefined && message.id === id);
  }

  async code(id: unknown): Promise<string | undefined> {
    return (await this.answer(id)).error?.data.code;
  }
}
