import { type ErrorCode, type ErrorDetails, QnapError, reasonOf } from "../errors.ts";

export interface Request {
  id: number | string;
  method: string;
  params: unknown;
}

export interface Notification {
  method: string;
  params: unknown;
}

/** An answer repeats the id: it must not make the answer larger than its reader takes. */
const maxIdLength = 128;

/** Reads one line; throws MalformedMessage with a reason that names what is wrong. */
export function parseMessage(line: string): Request | Notification {
  const message = parseJson(line);
  if (typeof message !== "object" || message === null || Array.isArray(message))
    throw malformed("a message is one JSON object");
  const { jsonrpc, id, method, params } = message as Record<string, unknown>;
  if (jsonrpc !== "2.0") throw malformed('"jsonrpc" must be "2.0"');
  if (typeof method !== "string") throw malformed('"method" must be a string');
  if (id === undefined) return { method, params };
  if (!isId(id)) throw malformed(`"id" must be an integer or a string of at most ${maxIdLength} characters`);
  return { id, method, params: params ?? {} };
}

/** The id of a message that could not be understood otherwise, so that its sender need not wait for ever. */
export function idOf(line: string): number | string | null {
  try {
    const id = (JSON.parse(line) as { id?: unknown } | null)?.id;
    return isId(id) ? id : null;
  } catch {
    return null;
  }
}

/** The engine's own message quotes the text around the mistake, which may be a password: only the place is told. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = /at position \d+/.exec(reasonOf(error))?.[0];
    throw malformed(`it is no JSON${place ? ` (${place})` : ""}`);
  }
}

function isId(id: unknown): id is number | string {
  return typeof id === "string" ? id.length <= maxIdLength : Number.isSafeInteger(id);
}

function malformed(reason: string): QnapError {
  return new QnapError("MalformedMessage", { reason });
}

const numericCodes: Partial<Record<ErrorCode, number>> = {
  MalformedMessage: -32_600,
  UnknownOperation: -32_601,
  InvalidParameter: -32_602,
  Internal: -32_603,
};

export function errorAnswer(id: number | string | null, thrown: unknown) {
  const error = thrown instanceof QnapError ? thrown : new QnapError("Internal", { reason: reasonOf(thrown) }, thrown);
  const { code, category, retryable, details, message } = error;
  return {
    jsonrpc: "2.0",
    id,
    error: {
      code: numericCodes[code] ?? -32_000,
      message,
      data: { code, category, retryable, details: bounded(details) },
    },
  };
}

/** Details come from users and from NAS: none may make the answer larger than its reader takes. */
function bounded(details: ErrorDetails): ErrorDetails {
  const short = (value: unknown) => (Array.isArray(value) ? value.slice(0, 100).map(shortened) : shortened(value));
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, short(value)]));
}

function shortened(value: unknown): unknown {
  if (typeof value === "string") return value.slice(0, 500);
  const isPlain = value === null || ["number", "boolean", "undefined"].includes(typeof value);
  return isPlain ? value : `(${typeof value})`;
}
