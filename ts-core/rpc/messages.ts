import { type ErrorCode, QnapError, reasonOf } from "../errors.ts";

export interface Request {
  id: number | string;
  method: string;
  params: unknown;
}

export interface Notification {
  method: string;
  params: unknown;
}

/** Reads one line; throws MalformedMessage with a reason that names what is wrong. */
export function parseMessage(line: string): Request | Notification {
  const message = parseJson(line);
  if (typeof message !== "object" || message === null || Array.isArray(message))
    throw malformed("a message is one JSON object");
  const { jsonrpc, id, method, params } = message as Record<string, unknown>;
  if (jsonrpc !== "2.0") throw malformed('"jsonrpc" must be "2.0"');
  if (typeof method !== "string") throw malformed('"method" must be a string');
  if (id === undefined) return { method, params };
  if (typeof id !== "number" && typeof id !== "string") throw malformed('"id" must be a number or a string');
  return { id, method, params: params ?? {} };
}

/** The id of a message that could not be understood otherwise, so that its sender need not wait for ever. */
export function idOf(line: string): number | string | null {
  try {
    const id = (JSON.parse(line) as { id?: unknown } | null)?.id;
    return typeof id === "number" || typeof id === "string" ? id : null;
  } catch {
    return null;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw malformed(reasonOf(error));
  }
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
    error: { code: numericCodes[code] ?? -32_000, message, data: { code, category, retryable, details } },
  };
}
