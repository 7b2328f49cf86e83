import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Context } from "../../../ts-core/rpc/operation.ts";
import { Conversation, type Message } from "./conversation.ts";

const echo = (params: unknown) => params;

function untilAborted(_: unknown, { signal }: Context): Promise<string> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("was aborted before");
    signal.addEventListener("abort", () => resolve("aborted"));
  });
}

test("initialize comes first, agrees on versions, and tells the operations", async () => {
  const talk = new Conversation({ echo });
  talk.read();
  talk.request(1, "echo");
  expect(await talk.code(1)).toBe("NotInitialized");
  talk.request(2, "initialize", { protocolVersion: 99 });
  expect(await talk.code(2)).toBe("CoreVersionMismatch");
  talk.request(3, "initialize", { protocolVersion: 1, moduleVersion: "0.0.1" });
  expect(await talk.code(3)).toBe("CoreVersionMismatch");
  talk.request(4, "echo");
  expect(await talk.code(4)).toBe("NotInitialized");
  talk.request(5, "initialize", { protocolVersion: 1, moduleVersion: "0.1.0" });
  expect((await talk.answer(5)).result).toMatchObject({ protocolVersion: 1, operations: ["echo"] });
  talk.request(6, "echo", { ok: true });
  expect((await talk.answer(6)).result).toEqual({ ok: true });
});

test("a version of any shape is answered", async () => {
  const talk = new Conversation({ echo });
  talk.read();
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  talk.write(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":${deep}}}`);
  expect(await talk.code(1)).toBe("CoreVersionMismatch");
  talk.write(`{"jsonrpc":"2.0","id":2,"method":"initialize","params":[]}`);
  expect(await talk.code(2)).toBe("CoreVersionMismatch");
});

test("several messages in one piece, the last one torn: each is answered when it is whole", async () => {
  const talk = await Conversation.start({ echo });
  const line = (id: number) => `{"jsonrpc":"2.0","id":${id},"method":"echo","params":{"ä":"🎈"}}\r\n`;
  const bytes = Buffer.from(line(1) + line(2) + line(3));
  talk.input.write(bytes.subarray(0, bytes.length - 10));
  expect((await talk.answer(1)).result).toEqual({ ä: "🎈" });
  await talk.answer(2);
  talk.input.write(bytes.subarray(bytes.length - 10));
  await talk.answer(3);
});

test("an id that is still in use is refused; once it was answered it may come again", async () => {
  const talk = await Conversation.start({ untilAborted, echo });
  talk.request(1, "untilAborted");
  talk.request(1, "echo");
  expect(await talk.code(1)).toBe("MalformedMessage");
  talk.cancel(1);
  expect((await talk.answer(1)).result).toBe("aborted");
  talk.request(1, "echo", {});
  expect((await talk.answer(1)).result).toEqual({});
});

test("cancel: reaches the request it names and no other, before it runs and while it runs", async () => {
  let running = 0;
  const counted = (params: unknown, context: Context) => {
    running++;
    return untilAborted(params, context);
  };
  const talk = await Conversation.start({ counted });
  talk.request(1, "counted");
  talk.request("2", "counted");
  talk.cancel(1);
  expect((await talk.answer(1)).result).toBe("was aborted before");
  await expect.poll(() => running).toBe(2);
  talk.cancel("2");
  expect((await talk.answer("2")).result).toBe("aborted");
});

test("a cancel of an unknown id, of junk, and an unknown notification are let pass", async () => {
  const talk = await Conversation.start({ echo });
  talk.cancel(77);
  for (const params of ["null", "5", '"x"', "[]", '{"id":{}}'])
    talk.write(`{"jsonrpc":"2.0","method":"$/cancel","params":${params}}`);
  talk.write('{"jsonrpc":"2.0","method":"$/elsewhere"}');
  talk.request(1, "echo", {});
  expect((await talk.answer(1)).error).toBeUndefined();
});

test("200 requests at once run side by side; each gets its own answer", async () => {
  let running = 0;
  let allRun: () => void;
  const all = new Promise<void>((resolve) => {
    allRun = resolve;
  });
  const slow = async (params: unknown) => {
    if (++running === 200) allRun();
    await all;
    return params;
  };
  const talk = await Conversation.start({ slow });
  for (let id = 0; id < 200; id++) talk.request(id, "slow", { id });
  for (let id = 0; id < 200; id++) expect((await talk.answer(id)).result).toEqual({ id });
});

test("what an operation tells on its way carries the request's id and comes before the answer", async () => {
  const talk = await Conversation.start({
    tells: async (_: unknown, context: Context) => {
      context.progress({ activity: "a", status: "s", percent: 50 });
      context.warn("careful");
      await context.rows([{ n: 1 }, { n: 2 }]);
      return { count: 2 };
    },
  });
  talk.request(9, "tells");
  const order: (string | undefined)[] = [];
  for (let i = 0; i < 4; i++)
    order.push(
      (await talk.next(({ id, params }) => id === 9 || (params as { id?: unknown } | undefined)?.id === 9)).method,
    );
  expect(order).toEqual(["$/progress", "$/log", "$/rows", undefined]);
});

test("a long batch of rows is cut into messages below 1 MiB, none lost, in order", async () => {
  const rows = Array.from({ length: 3_000 }, (_, n) => ({ n, text: "ü".repeat(200) }));
  const talk = await Conversation.start({ list: (_: unknown, context: Context) => context.rows(rows) });
  const lengths: number[] = [];
  talk.output.on("data", (chunk: Buffer) =>
    lengths.push(
      ...chunk
        .toString()
        .split("\n")
        .map(({ length }) => length),
    ),
  );
  talk.request(1, "list");
  await talk.answer(1);
  const got: unknown[] = [];
  while (got.length < rows.length) {
    const message = await talk.next(({ method }) => method === "$/rows");
    got.push(...(message.params as { rows: unknown[] }).rows);
  }
  expect(got).toEqual(rows);
  expect(Math.max(...lengths)).toBeLessThan(1024 * 1024);
});

test("a result, or one row, over 1 MiB is told as an error, and the server lives", async () => {
  const huge = "x".repeat(1024 * 1024);
  const talk = await Conversation.start({
    huge: () => ({ huge }),
    hugeRow: (_: unknown, context: Context) => context.rows([{ huge }]),
    echo,
  });
  talk.request(1, "huge");
  talk.request(2, "hugeRow");
  expect(await talk.code(1)).toBe("AnswerTooLarge");
  expect(await talk.code(2)).toBe("AnswerTooLarge");
  talk.request(3, "echo");
  expect((await talk.answer(3)).error).toBeUndefined();
});

/** Gives rows for ever; counts them. */
function endless() {
  const made = { rows: 0 };
  const list = async (_: unknown, context: Context) => {
    for (;;) {
      await context.rows([{ text: "x".repeat(1_000) }]);
      made.rows++;
      await turn();
    }
  };
  return { made, list };
}

test("a reader that stops reading holds the list up, and nothing piles up", async () => {
  const { made, list } = endless();
  const talk = await Conversation.start({ list });
  talk.output.pause();
  talk.request(1, "list");
  let atRest: number;
  do {
    atRest = made.rows;
    await sleep(200);
  } while (made.rows > atRest);
  expect(atRest).toBeLessThan(100);
  talk.output.resume();
  await expect.poll(() => made.rows).toBeGreaterThan(atRest);
  talk.cancel(1);
  expect(await talk.code(1)).toBe("Cancelled");
});

test("a list that waits for its reader ends when it is cancelled, and when the input ends", async () => {
  const { list } = endless();
  const talk = await Conversation.start({ list });
  talk.output.pause();
  talk.request(1, "list");
  talk.request(2, "list");
  await sleep(50);
  talk.cancel(1);
  await sleep(50);
  talk.input.end();
  await talk.served;
});

test("a reader that goes away stops nothing that must go on", async () => {
  let finished = false;
  const talk = await Conversation.start({
    work: async (_: unknown, context: Context) => {
      await sleep(50);
      await context.rows([{}]);
      finished = true;
    },
  });
  talk.request(1, "work");
  await turn();
  talk.output.destroy(new Error("EPIPE"));
  await expect.poll(() => finished).toBe(true);
  talk.input.end();
  await talk.served;
});

test("the end of the input: nothing more is accepted, all are told to stop, and each is waited for", async () => {
  let atRest = false;
  const talk = await Conversation.start({
    careful: async (params: unknown, context: Context) => {
      await untilAborted(params, context);
      await sleep(100);
      atRest = true;
      return "safe";
    },
  });
  talk.request(1, "careful");
  talk.input.end('{"jsonrpc":"2.0","id":2,"method":"careful"}');
  await talk.served;
  expect(atRest).toBe(true);
  expect((await talk.answer(1)).result).toBe("safe");
  const unasked = await Promise.race([talk.answer(2), sleep(20).then(() => undefined)]);
  expect(unasked).toBeUndefined();
});

test("the end of the input: what takes too long is left, unless it says that it must not be", async () => {
  let stayed = false;
  const talk = await Conversation.start({
    endless: () => new Promise(() => undefined),
    stays: async (_: unknown, context: Context) => {
      context.stay();
      await sleep(12_000);
      stayed = true;
    },
  });
  talk.request(1, "endless");
  const other = await Conversation.start({ endless: () => new Promise(() => undefined) });
  other.request(1, "endless");
  talk.request(2, "stays");
  await turn();
  talk.input.end();
  other.input.end();
  await other.served;
  expect(stayed).toBe(false);
  await talk.served;
  expect(stayed).toBe(true);
});

test("an input that is destroyed counts as ended", async () => {
  const talk = await Conversation.start({ untilAborted });
  talk.request(1, "untilAborted");
  await turn();
  talk.input.destroy(new Error("gone"));
  await talk.served;
  const { result } = (await talk.answer(1)) as Message;
  expect(result).toBe("aborted");
});
