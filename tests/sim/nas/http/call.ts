import type { Session } from "../model/sessions.ts";
import type { Nas } from "../nas.ts";

/** Query and form body, merged; the body wins. */
export class Params {
  readonly #values: URLSearchParams;

  constructor(query: URLSearchParams, form: URLSearchParams) {
    this.#values = new URLSearchParams([...query]);
    for (const [name, value] of form) this.#values.set(name, value);
  }

  text(name: string): string {
    return this.#values.get(name) ?? "";
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Undefined when it is missing or not a whole number. */
  int(name: string): number | undefined {
    const text = this.text(name).trim();
    return /^-?\d+$/.test(text) ? Number(text) : undefined;
  }
}

/** One request as the handlers see it. */
export interface Call {
  nas: Nas;
  method: string;
  path: string;
  params: Params;
  /** The body as JSON, for REST. */
  json: Record<string, unknown>;
  sidHeader: string;
  address: string;
  /** The port the request came in on. */
  port: number;
  session?: Session;
}

/** What goes back on the wire; `drop`: the CGI crashed, no answer at all. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
  result?: number;
  drop?: boolean;
  /** Announce the whole length, send half, close. */
  cut?: boolean;
}
