import http from "node:http";
import https from "node:https";
import { connect as connectTcp, type Socket } from "node:net";
import { QnapError, reasonOf } from "../errors.ts";
import { type Connection, connectTls, opened, type Trust } from "./trust.ts";

export interface Endpoint {
  /** The name under which the user knows the NAS, for messages. */
  name: string;
  host: string;
  port: number;
  scheme: "https" | "http";
  trust: Trust;
}

export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  headers?: Record<string, string>;
  body?: string;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  status: number;
  text: string;
}

/** The request may have reached the NAS, and no whole answer came back: whether it took effect is not known. */
export class NoAnswer extends Error {
  readonly timedOut: boolean;

  constructor(reason: string, timedOut: boolean) {
    super(reason);
    this.timedOut = timedOut;
  }
}

const connectTimeoutMs = 10_000;
/** A NAS sweeps all its labels for some reads: 2.5 to 3 s a LUN were measured, minutes at 45 LUNs (qts-api.md 7). */
const answerTimeoutMs = 120_000;
/** Below the usual keep-alive time of a NAS's web server (Apache: 5 s), so that a dying connection is not written to. */
const idleMs = 4_000;
/** Holds the longest list there is: 65,536 snapshots at 256 bytes each; the known fields take about 200. */
const maxAnswerBytes = 16 * 1024 * 1024;
/** We never ask for one; a proxy may send a few. */
const maxInterimAnswers = 20;

/** Kept-alive connections to one NAS. Redirects are not followed: they would take the session to another address. */
export class HttpClient {
  readonly endpoint: Endpoint;
  readonly #agent: http.Agent;
  #certificate: string | undefined;
  /** Made to see the certificate, for the next request. */
  #spare: { socket: Socket; goodUntilMs: number } | undefined;

  constructor(endpoint: Endpoint, maxSockets: number) {
    this.endpoint = endpoint;
    const { scheme } = endpoint;
    this.#agent = new (scheme === "https" ? https.Agent : http.Agent)({
      keepAlive: true,
      maxSockets,
      timeout: idleMs,
      scheduling: "lifo",
    });
    // Judged connections only; and no keep-alive option before the connect, which Wine 8 cannot do.
    this.#agent.createConnection = (_options, done) => {
      this.#connect().then(
        (socket) => done?.(null, socket),
        (error: Error) => done?.(error, undefined as never),
      );
      return undefined as never;
    };
  }

  close(): void {
    this.#agent.destroy();
    this.#spare?.socket.destroy();
  }

  /** SHA-256 of the certificate at the other end, seen before anything is sent; undefined over plain HTTP. */
  async certificate(): Promise<string | undefined> {
    if (this.endpoint.scheme === "https" && this.#certificate === undefined) {
      const socket = await this.#connect().catch((error: Error) => {
        throw this.#explain(error);
      });
      this.#spare = { socket: socket.on("error", () => undefined), goodUntilMs: Date.now() + idleMs };
    }
    return this.#certificate;
  }

  async #connect(): Promise<Socket> {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare && !spare.socket.destroyed && Date.now() < spare.goodUntilMs) return spare.socket;
    spare?.socket.destroy();
    const { socket, certificate } = await connect(this.endpoint);
    this.#certificate = certificate;
    return socket;
  }

  async send({ timeoutMs = answerTimeoutMs, signal, ...what }: HttpRequest): Promise<HttpAnswer> {
    const request = this.#open(what);
    let end: (error: Error) => void = () => undefined;
    // Settled here as well: a destroyed request does not always emit an error.
    const ended = new Promise<never>((_, reject) => {
      end = (error) => {
        reject(error);
        request.destroy(error);
      };
    });
    const timer = setTimeout(() => end(new NoAnswer(`no answer within ${timeoutMs / 1000} s`, true)), timeoutMs);
    const stop = () => end(new QnapError("Cancelled", { state: "Nothing was changed." }));
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    try {
      return await Promise.race([exchange(request, what.body), ended]);
    } catch (error) {
      throw this.#explain(error as Error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  #open({ method, path, headers, body }: HttpRequest): http.ClientRequest {
    const { host, port, scheme } = this.endpoint;
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const module = scheme === "https" ? https : http;
    return module.request({
      agent: this.#agent,
      host,
      port,
      method,
      path,
      headers: { accept: "*/*", ...headers, ...length },
    });
  }

  #explain(error: NodeJS.ErrnoException): Error {
    if (error instanceof QnapError || error instanceof NoAnswer) return error;
    const nas = this.endpoint.name;
    if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN")
      return new QnapError("NasUnknownHost", { nas }, error);
    if (isRefusal(error))
      return new QnapError("NasUnreachable", { nas: `${nas}:${this.endpoint.port}`, reason: reasonOf(error) }, error);
    return new NoAnswer(error.code ?? reasonOf(error), false);
  }
}

async function connect({ name, host, port, scheme, trust }: Endpoint): Promise<Connection> {
  try {
    if (scheme === "https") return await connectTls(name, host, port, trust, connectTimeoutMs);
    const socket = connectTcp({ host, port });
    await opened(socket, "connect", connectTimeoutMs);
    return { socket };
  } catch (error) {
    throw asRefusal(error as Error);
  }
}

/** Whatever fails before the first byte of the request has certainly not reached the NAS. */
function asRefusal(error: Error): Error {
  return error instanceof QnapError ? error : Object.assign(error, { refused: true });
}

function isRefusal(error: Error): boolean {
  return "refused" in error;
}

function exchange(request: http.ClientRequest, body: string | undefined): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let answered = false;
    let interim = 0;
    request.on("error", reject);
    request.once("response", (response) => {
      answered = true;
      collect(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    request.on("information", () => {
      if (++interim > maxInterimAnswers) request.destroy(new NoAnswer("only interim answers (HTTP 1xx) came", false));
    });
    request.once("upgrade", (_, socket) => {
      socket.destroy();
      reject(new NoAnswer("HTTP 101: the NAS changed the protocol", false));
    });
    request.once("close", () => {
      if (!answered) reject(new NoAnswer("the connection was closed without an answer", false));
    });
    request.end(body);
  });
}

async function collect(response: http.IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > maxAnswerBytes) throw new NoAnswer(`the answer is larger than ${maxAnswerBytes} bytes`, false);
    pieces.push(piece);
  }
  if (!response.complete) throw new NoAnswer("the answer was cut off", false);
  return Buffer.concat(pieces).toString("utf8");
}
