import { once } from "node:events";
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Request {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Stands between a client and the plain HTTP port of a NAS, and keeps what the client sends. */
export interface Recorder {
  port: number;
  /** What came since the last call. */
  take(): Request[];
  stop(): Promise<void>;
}

export async function startRecorder(nasUrl: string): Promise<Recorder> {
  let seen: Request[] = [];
  const keep = async (incoming: IncomingMessage, answer: ServerResponse) => {
    const { method = "", url: path = "", headers } = incoming;
    const request = { method, path, headers, body: await textOf(incoming) };
    seen.push(request);
    forward(nasUrl, request, answer);
  };
  const server = http.createServer((incoming, answer) => void keep(incoming, answer));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const take = () => {
    const taken = seen;
    seen = [];
    return taken;
  };
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { port: (server.address() as AddressInfo).port, take, stop };
}

function forward(nasUrl: string, { method, path, headers, body }: Request, answer: ServerResponse): void {
  const onward = http.request(`${nasUrl}${path}`, { method, headers }, (reply) => {
    answer.writeHead(reply.statusCode ?? 500, reply.headers);
    reply.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  onward.end(body);
}

async function textOf(message: IncomingMessage): Promise<string> {
  message.setEncoding("utf8");
  let text = "";
  for await (const piece of message as AsyncIterable<string>) text += piece;
  return text;
}
