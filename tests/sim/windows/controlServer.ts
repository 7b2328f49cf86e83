import { createServer, type IncomingMessage, type Server } from "node:http";
import { text } from "node:stream/consumers";
import type { Trouble } from "./call.ts";
import { controlCalls } from "./control.ts";
import type { Host } from "./host.ts";

/** JSON over HTTP on the loopback; an error is status 400 with `{"error":...}`. */
export function createControlServer(host: Host, trouble: Trouble): Server {
  const calls = controlCalls(host, trouble);
  return createServer((request, response) => {
    answer(calls, request).then(
      (value) => response.end(JSON.stringify(value ?? {})),
      (error: Error) => response.writeHead(400).end(JSON.stringify({ error: error.message })),
    );
  });
}

async function answer(calls: ReturnType<typeof controlCalls>, request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? "", "http://localhost");
  const name = `${request.method} ${url.pathname.replace(/^\/control\//, "")}`;
  const call = calls[name];
  if (!call) throw new Error(`no ${name}`);
  const body = await text(request);
  return call(body === "" ? {} : JSON.parse(body), url.searchParams);
}
