import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import https from "node:https";
import { Caller } from "../sim/nas/caller.ts";
import type { SimulatedNas } from "../sim/nas/start.ts";
import type { Request } from "./recorder.ts";

/** Sends recorded requests one after the other on one kept-alive connection, and does nothing with the answers but read them. */
export class BareClient {
  readonly #base: string;
  readonly #sid: string;
  /** How many connections were opened; 1 when all requests kept to one. */
  connections = 0;
  readonly #agent = new https.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });

  private constructor(base: string, sid: string) {
    this.#base = base;
    this.#sid = sid;
  }

  static async login(nas: SimulatedNas): Promise<BareClient> {
    const { sid } = await Caller.login(nas, nas.https);
    return new BareClient(nas.https, sid);
  }

  /** Milliseconds for all of them. `renamed` takes the place of texts that may not be used twice. */
  async send(requests: readonly Request[], renamed: Record<string, string> = {}): Promise<number> {
    const own = requests.map((request) => this.#asOwn(request, renamed));
    const startMs = performance.now();
    for (const request of own) await this.#sendOne(request);
    return performance.now() - startMs;
  }

  close(): void {
    this.#agent.destroy();
  }

  #asOwn({ method, path, headers, body }: Request, renamed: Record<string, string>): Request {
    const { host: _host, connection: _connection, "content-length": _length, ...rest } = headers;
    const texts = Object.entries({ ...renamed, [sidOf({ headers, body })]: this.#sid });
    const replace = (text: string) => texts.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
    const own = Object.entries(rest).map(([name, value]) => [name, replace(String(value))]);
    return { method, path: replace(path), headers: Object.fromEntries(own), body: replace(body) };
  }

  async #sendOne({ method, path, headers, body }: Request): Promise<void> {
    const length = body === "" ? {} : { "content-length": Buffer.byteLength(body) };
    const request = https.request(`${this.#base}${path}`, {
      agent: this.#agent,
      method,
      headers: { ...headers, ...length },
    });
    request.end(body);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    await once(response, "end");
    if (!request.reusedSocket) this.connections++;
    mustBeGood(request, response);
  }
}

/** The session id travels in the form of a CGI call, and in a header of a REST call. */
function sidOf({ headers, body }: Pick<Request, "headers" | "body">): string {
  const sid = headers.sid ?? new URLSearchParams(body).get("sid");
  if (typeof sid !== "string") throw new Error("a recorded request has no session id");
  return sid;
}

function mustBeGood(request: ClientRequest, { statusCode }: IncomingMessage): void {
  if (statusCode !== 200) throw new Error(`HTTP ${statusCode} for ${request.method} ${request.path}`);
}
