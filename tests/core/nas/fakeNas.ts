import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Credentials } from "../../../ts-core/nas/authLogin.ts";
import { Session } from "../../../ts-core/nas/session.ts";
import { HttpClient } from "../../../ts-core/net/http.ts";
import { Latches } from "../../../ts-core/state/latches.ts";
import { Leases } from "../../../ts-core/state/leases.ts";
import { Secrets } from "../../../ts-core/state/secrets.ts";
import { makeStateFolder } from "../state/workers.ts";

export interface Asked {
  path: string;
  form: URLSearchParams;
}

/** What no simulator with a model of a NAS would answer: the test says each answer itself. */
export async function startFakeNas(answer: (asked: Asked) => string | { status: number; text: string }) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (data) => {
      body += data;
    });
    request.on("end", () => {
      const one = { path: request.url ?? "", form: new URLSearchParams(body) };
      asked.push(one);
      const given = answer(one);
      const { status, text } = typeof given === "string" ? { status: 200, text: given } : given;
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port, asked, stop };
}

/** A session with a state folder of its own, and its latches to look at. */
export function newSession(port: number, credentials: Partial<Credentials> = {}, scheme: "http" | "https" = "http") {
  const folder = makeStateFolder();
  const latches = new Latches(folder, new Secrets(folder));
  const http = new HttpClient({ name: "nas01", host: "127.0.0.1", port, scheme, trust: { kind: "None" } }, 20);
  const login = { userName: "admin", password: "hunter2", ...credentials };
  const session = new Session(http, login, { leases: new Leases(folder), latches });
  return { session, since: () => latches.since({ nas: `127.0.0.1:${port}`, ...login }) };
}
