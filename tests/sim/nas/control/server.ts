import http, { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Trouble } from "../http/handle.ts";
import type { Nas } from "../nas.ts";
import { commands } from "./commands.ts";
import { page } from "./page.ts";

export interface ControlCall {
  nas: Nas;
  trouble: Trouble;
  query: URLSearchParams;
  body: Record<string, unknown>;
  /** What stands behind the command's name in the path. */
  rest: string;
}

/** Steers and watches the simulator from outside: JSON, loopback only, no log-in. No NAS has this. */
export function createControlServer(nas: Nas, trouble: Trouble): Server {
  const server = http.createServer((request, response) => void serve(nas, trouble, request, response));
  // Who steers ends an idle connection: ended from here, the next command could come too late for it.
  server.keepAliveTimeout = 0;
  return server;
}

async function serve(nas: Nas, trouble: Trouble, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://control");
  if (url.pathname === "/") return sendPage(nas, response);
  const [name = "", ...rest] = url.pathname.replace(/^\/control\//, "").split("/");
  const command = commands[`${request.method} ${name}`];
  if (!command) return send(response, 404, { error: `no ${request.method} ${url.pathname}` });
  try {
    const body = await readJson(request);
    const call = { nas, trouble, query: url.searchParams, body, rest: decodeURIComponent(rest.join("/")) };
    send(response, 200, (await command(call)) ?? {});
  } catch (error) {
    send(response, 400, { error: (error as Error).message });
  }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function sendPage(nas: Nas, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page(nas));
}
