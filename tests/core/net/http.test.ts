import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { HttpClient, NoAnswer } from "../../../ts-core/net/http.ts";

let server: Server;
let http: HttpClient;

async function serve(listener: RequestListener): Promise<HttpClient> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  http = new HttpClient({ name: "nas01", host: "127.0.0.1", port, scheme: "http", trust: { kind: "System" } }, 4);
  return http;
}

afterEach(() => {
  http.close();
  server.closeAllConnections();
  server.close();
});

const get = { method: "GET", path: "/" } as const;

test("an answer that takes longer than an idle connection is kept still comes, on a connection used before", async () => {
  const sockets = new Set<unknown>();
  const client = await serve((request, response) => {
    sockets.add(request.socket);
    setTimeout(() => response.end("ok"), sockets.size === 1 && request.url === "/slow" ? 5_000 : 0);
  });
  await client.send(get);
  expect(await client.send({ ...get, path: "/slow" })).toEqual({ status: 200, text: "ok" });
  expect(sockets.size).toBe(1);
});

test("no answer in time is told as such, and the time is the request's own", async () => {
  const client = await serve(() => undefined);
  await expect(client.send({ ...get, timeoutMs: 100 })).rejects.toMatchObject({ timedOut: true });
});

test("an answer that is cut off is no answer", async () => {
  const client = await serve((_, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("half");
    setTimeout(() => response.destroy(), 20);
  });
  await expect(client.send(get)).rejects.toBeInstanceOf(NoAnswer);
});

test("an endless answer is given up", async () => {
  const client = await serve((_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(1024 * 1024)));
    };
    response.on("drain", more).on("error", () => undefined);
    more();
  });
  await expect(client.send(get)).rejects.toThrow(/larger than/);
});

test("a list of the most snapshots there can be is taken", async () => {
  const text = "x".repeat(65_536 * 200);
  const client = await serve((_, response) => response.end(text));
  expect((await client.send(get)).text).toHaveLength(text.length);
});

test("an answer of more than 16 MiB is given up", async () => {
  const client = await serve((_, response) => response.end(Buffer.alloc(16 * 1024 * 1024 + 1)));
  await expect(client.send(get)).rejects.toThrow(/larger than 16777216 bytes/);
});

test("a change of protocol (HTTP 101) is no answer, and the connection is not kept", async () => {
  const client = await serve(() => undefined);
  const closed = new Promise((resolve) => {
    server.on("connection", (socket) => socket.once("close", resolve));
  });
  server.on("request", ({ socket }) =>
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
  );
  await expect(client.send(get)).rejects.toThrow(NoAnswer);
  await closed;
});

test.each(["100 Continue", "102 Processing"])("endless interim answers (%s) are given up", async (status) => {
  const client = await serve(({ socket }) => {
    const timer = setInterval(() => socket.write(`HTTP/1.1 ${status}\r\n\r\n`.repeat(5)), 10);
    socket.once("close", () => clearInterval(timer)).on("error", () => undefined);
  });
  await expect(client.send(get)).rejects.toThrow(/interim/);
});

test("a few interim answers before the answer do no harm", async () => {
  const client = await serve((_, response) => {
    for (let i = 0; i < 3; i++) response.writeProcessing();
    response.end("ok");
  });
  expect(await client.send(get)).toEqual({ status: 200, text: "ok" });
});

test("a cancelled request ends at once; one that was cancelled before is never sent", async () => {
  let requests = 0;
  const client = await serve(() => requests++);
  const abort = new AbortController();
  const running = client.send({ ...get, signal: abort.signal });
  setTimeout(() => abort.abort(), 50);
  await expect(running).rejects.toMatchObject({ code: "Cancelled" });
  expect(requests).toBe(1);
  await expect(client.send({ ...get, signal: abort.signal })).rejects.toMatchObject({ code: "Cancelled" });
  expect(requests).toBe(1);
});

test("redirects are not followed", async () => {
  const client = await serve((_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
  expect(await client.send(get)).toMatchObject({ status: 302 });
});

test("nobody listening, and a name that is nobody's, are told apart", async () => {
  const client = await serve(() => undefined);
  const { endpoint } = client;
  server.close();
  await expect(new HttpClient({ ...endpoint, port: 1 }, 1).send(get)).rejects.toMatchObject({ code: "NasUnreachable" });
  const nowhere = new HttpClient({ ...endpoint, host: "nas.invalid" }, 1);
  await expect(nowhere.send(get)).rejects.toMatchObject({ code: "NasUnknownHost" });
});
