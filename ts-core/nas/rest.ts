import { reasonOf } from "../errors.ts";
import { type CallOptions, exchange, inSession, SessionRefused, unclear } from "./call.ts";
import { refusal } from "./codes.ts";
import type { Session } from "./session.ts";

/** An answer of the JSON interface: a list, one object, or neither. Empty body = success (single source). */
export interface RestAnswer {
  collection: Record<string, unknown>[];
  single: Record<string, unknown>;
  errorCode: number;
  errorMessage: string;
  errorData: Record<string, unknown>;
}

export interface RestRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  body?: object;
}

/** One REST call of QuTS hero. The session id travels in the header `sid` only: cookie and bearer are refused. */
export async function rest(session: Session, request: RestRequest, options: CallOptions): Promise<RestAnswer> {
  const { method, path, body } = request;
  return inSession(session, options, async (sid) => {
    const headers = { sid, ...(body ? { "content-type": "application/json" } : {}) };
    const text = await exchange(
      session,
      { method, path: `/api${path}`, headers, ...(body ? { body: JSON.stringify(body) } : {}) },
      options,
    );
    const answer = read(session, text, options);
    if (answer.errorCode === -22 && /sid/i.test(answer.errorMessage)) throw new SessionRefused();
    return answer;
  });
}

/** A read whose answer must be a success. */
export async function readRest(session: Session, path: string, options: CallOptions): Promise<RestAnswer> {
  const answer = await rest(session, { method: "GET", path }, options);
  if (answer.errorCode !== 0) throw refusal(session.name, options.call, answer.errorCode, answer.errorMessage);
  return answer;
}

function read(session: Session, text: string, options: CallOptions): RestAnswer {
  const parsed = parse(session, text, options);
  const { collection, single, error_code: told, error_message: errorMessage, error_data: errorData } = parsed;
  const errorCode = codeOf(told);
  if (errorCode === undefined) throw unclear(session, options, "its error_code is no number", true);
  return {
    collection: Array.isArray(collection) ? collection.filter(isObject) : [],
    single: isObject(single) ? single : {},
    errorCode,
    errorMessage: typeof errorMessage === "string" ? errorMessage : "",
    errorData: isObject(errorData) ? errorData : {},
  };
}

/** A missing code is a success; one that is there and cannot be read must not be taken for one. */
function codeOf(told: unknown): number | undefined {
  if (told === undefined) return 0;
  const code = typeof told === "string" && /^-?\d+$/.test(told) ? Number(told) : told;
  return Number.isSafeInteger(code) ? (code as number) : undefined;
}

function parse(session: Session, text: string, options: CallOptions): Record<string, unknown> {
  if (text.trim() === "") return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (!isObject(parsed)) throw new Error("it is no JSON object");
    return parsed;
  } catch (error) {
    throw unclear(session, options, reasonOf(error), true);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
