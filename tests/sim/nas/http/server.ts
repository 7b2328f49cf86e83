import http, { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { plainReply } from "../cgi/answer.ts";
import { cgiRoute } from "../cgi/dispatch.ts";
import type { RequestRecord } from "../effects.ts";
import { nowMs } from "../effects.ts";
import type { Nas } from "../nas.ts";
import { restRoute } from "../rest/dispatch.ts";
import { type Call, Params, type Reply } from "./call.ts";
import type { Certificate } from "./certificate.ts";
import { handle, type Trouble } from "./handle.ts";

const maxBody = 1 << 20;

/** Apache's 5 s (assumed for a NAS) would end connections under the requests of a client that a busy machine holds up. */
const keepAliveTimeout = 30_000;

/** No public client calls a CGI by another method; what a NAS would do is not known (assumed: nothing). */
const cgiMethods = new Set(["GET", "POST", "HEAD"]);

/** Plain HTTP beside HTTPS, as a NAS has it; both speak the same. */
export function createServers(nas: Nas, trouble: Trouble, { key, cert }: Certificate): { http: Server; https: Server } {
  const secure = https.createServer({ key, cert, keepAliveTimeout }, (request, response) => {
    void serve(nas, trouble, request, response);
  });
  const plain = http.createServer({ keepAliveTimeout }, (request, response) => {
    if (!nas.quirks.get("redirectToHttps")) return void serve(nas, trouble, request, response);
    const host = request.headers.host?.replace(/:\d+$/, "") ?? "127.0.0.1";
    response.writeHead(302, { location: `https://${host}:${nas.httpsPort}${request.url}` }).end();
  });
  return { http: plain, https: secure };
}

export async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

export function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function serve(nas: Nas, trouble: Trouble, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = urlOf(request);
  if (!url) return send(response, plainReply(400));
  const record = nas.effects.request(request.method ?? "GET", url.pathname);
  try {
    const call = await readCall(nas, request, url);
    const reply = call ? await answer(call, trouble, record) : plainReply(413);
    record.status = reply.status;
    if (reply.result !== undefined) record.result = reply.result;
    send(response, reply);
  } catch (error) {
    if (!response.destroyed) console.error(error);
    send(response, plainReply(500));
  } finally {
    record.outMs = nowMs();
  }
}

function answer(call: Call, trouble: Trouble, record: RequestRecord): Promise<Reply> | Reply {
  if (call.path.startsWith("/cgi-bin/") && !cgiMethods.has(call.method)) return plainReply(405);
  const route = cgiRoute(call) ?? restRoute(call);
  if (!route) return plainReply(404);
  record.func = route.func;
  return handle(call, route, trouble);
}

function urlOf({ url = "/" }: IncomingMessage): URL | undefined {
  return URL.canParse(url, "http://nas") ? new URL(url, "http://nas") : undefined;
}

/** Undefined when the body is too large. */
async function readCall(nas: Nas, request: IncomingMessage, url: URL): Promise<Call | undefined> {
  const body = await readBody(request);
  if (body === undefined) return undefined;
  const isJson = (request.headers["content-type"] ?? "").includes("json") || url.pathname.startsWith("/api/");
  return {
    nas,
    method: request.method ?? "GET",
    path: url.pathname,
    params: new Params(url.searchParams, new URLSearchParams(isJson ? "" : body)),
    json: isJson ? parseJson(body) : {},
    sidHeader: String(request.headers.sid ?? ""),
    address: request.socket.remoteAddress ?? "",
    port: request.socket.localPort ?? 0,
  };
}

/** Reads to the end even what it will not keep: a client that still sends would not see the answer. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBody) chunks.push(chunk);
  }
  return size > maxBody ? undefined : Buffer.concat(chunks).toString("utf8");
}

function parseJson(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body || "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply.drop) return void response.destroy();
  const body = Buffer.from(reply.body, "utf8");
  response.writeHead(reply.status, { ...reply.headers, "content-length": body.length });
  if (!reply.cut) return void response.end(body);
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}
