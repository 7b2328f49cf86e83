import { once } from "node:events";
import https from "node:https";
import { XMLParser } from "fast-xml-parser";

type Values = Record<string, string | number>;

export interface CgiAnswer {
  status: number;
  text: string;
  /** The document under QDocRoot; every leaf is text. */
  doc: Record<string, unknown>;
  /** Undefined when the answer has none. */
  result: number | undefined;
}

export interface RestReply {
  status: number;
  text: string;
  error_code: number;
  error_message: string;
  error_data?: Record<string, unknown>;
  single: Record<string, unknown>;
  collection: Record<string, unknown>[];
}

const parser = new XMLParser({ parseTagValue: false, trimValues: false, ignoreAttributes: false });

/** Drives a NAS by bare HTTP, as its reference describes it; for tests of the simulator, with no product code in it. */
export class Caller {
  readonly base: string;
  sid = "";

  constructor(base: string) {
    this.base = base;
  }

  static async login(nas: { http: string; user: string; password: string }, base = nas.http): Promise<Caller> {
    const caller = new Caller(base);
    const { doc } = await caller.authenticate(nas.user, nas.password);
    if (typeof doc.authSid !== "string") throw new Error("log-in failed");
    caller.sid = doc.authSid;
    return caller;
  }

  authenticate(user: string, password: string, more: Values = {}): Promise<CgiAnswer> {
    return this.post("authLogin.cgi", { user, pwd: Buffer.from(password).toString("base64"), ...more });
  }

  cgi(path: string, parameters: Values): Promise<CgiAnswer> {
    return this.post(path, { ...parameters, sid: this.sid });
  }

  read(parameters: Values): Promise<CgiAnswer> {
    return this.cgi("disk/iscsi_portal_setting.cgi", { func: "extra_get", ...parameters });
  }

  snapshot(func: string, parameters: Values): Promise<CgiAnswer> {
    return this.cgi("disk/snapshot.cgi", { func, ...parameters });
  }

  async post(path: string, parameters: Values): Promise<CgiAnswer> {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) body.set(name, String(value));
    const { status, text } = await this.#send("POST", `/cgi-bin/${path}`, body.toString(), {
      "content-type": "application/x-www-form-urlencoded",
    });
    return { status, text, ...parse(text) };
  }

  async get(path: string): Promise<{ status: number; text: string; type: string | null }> {
    return this.#send("GET", path);
  }

  async rest(method: string, path: string, body?: unknown): Promise<RestReply> {
    const headers = { sid: this.sid, "content-type": "application/json" };
    const { status, text } = await this.#send(
      method,
      `/api/${path}`,
      body === undefined ? "" : JSON.stringify(body),
      headers,
    );
    const value = text.startsWith("{") ? JSON.parse(text) : {};
    return { status, text, error_code: 0, error_message: "", single: {}, collection: [], ...value };
  }

  async #send(method: string, path: string, body = "", headers: Record<string, string> = {}) {
    if (this.base.startsWith("https:")) return this.#sendSecurely(method, path, body, headers);
    const response = await fetch(`${this.base}${path}`, { method, headers, ...(body && { body }) });
    return { status: response.status, text: await response.text(), type: response.headers.get("content-type") };
  }

  async #sendSecurely(method: string, path: string, body: string, headers: Record<string, string>) {
    const request = https.request(`${this.base}${path}`, { method, headers, rejectUnauthorized: false });
    request.end(body);
    const [response] = await once(request, "response");
    let text = "";
    for await (const chunk of response) text += chunk;
    return { status: Number(response.statusCode), text, type: String(response.headers["content-type"]) };
  }
}

/** Answers without one root, as some firmware gives them, are read as well. */
function parse(text: string): { doc: Record<string, unknown>; result: number | undefined } {
  const tree = parser.parse(text) as Record<string, unknown>;
  const doc = (tree.QDocRoot ?? tree) as Record<string, unknown>;
  return { doc, result: doc.result === undefined ? undefined : Number(doc.result) };
}

/** The rows of a list element: none, one or several. */
export function rows(list: unknown, name = "row"): Record<string, string>[] {
  const found = typeof list === "object" && list !== null ? (list as Record<string, unknown>)[name] : undefined;
  if (found === undefined) return [];
  return (Array.isArray(found) ? found : [found]) as Record<string, string>[];
}
