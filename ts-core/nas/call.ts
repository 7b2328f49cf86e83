import { printable, QnapError, reasonOf } from "../errors.ts";
import { type HttpAnswer, type HttpRequest, NoAnswer } from "../net/http.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { Session } from "./session.ts";

/** Shared by CGI and REST: how a call is named, and whether it changes something. */
export interface CallOptions {
  /** For messages: what the call does. */
  call: string;
  /** A write is sent once, never again: without a whole answer its effect is not known. */
  write?: boolean;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

/** The session was not accepted: the call may be made again with a new one, a write only when the id is seen to be dead. */
export class SessionRefused extends Error {}

/**
 * Makes a call in a live session. `attempt` sends it with a session id and reads the answer; it throws SessionRefused when the
 * id was not accepted, which is renewed once. A refusal of a write is believed only as far as the id is seen to be dead.
 */
export async function inSession<T>(
  session: Session,
  options: CallOptions,
  attempt: (sid: string) => Promise<T>,
): Promise<T> {
  const sid = await session.sid();
  try {
    return await attempt(sid);
  } catch (error) {
    if (!(error instanceof SessionRefused)) throw error;
    if (options.write) await mustBeDead(session, sid, options);
  }
  const renewed = await session.renew(sid);
  try {
    return await attempt(renewed);
  } catch (error) {
    if (!(error instanceof SessionRefused)) throw error;
    if (options.write) await mustBeDead(session, renewed, options);
    throw noRights(session, options);
  }
}

async function mustBeDead(session: Session, sid: string, options: CallOptions): Promise<void> {
  if (await isGood(session, sid, options))
    throw unclear(session, options, "the NAS refused the session, which is alive: it may have done it all the same");
}

/** False: the id is dead. Asks the NAS, as some refusals say "session" without meaning it, or mean it without saying so. */
export async function isGood(session: Session, sid: string, options: CallOptions): Promise<boolean> {
  const standing = await session.standing(sid).catch((error: unknown) => {
    throw options.write ? unclear(session, options, reasonOf(error)) : error;
  });
  if (standing === "NoAdministrator") throw noRights(session, options);
  return standing === "Good";
}

function noRights({ name, userName }: Session, { call }: CallOptions): QnapError {
  return new QnapError("NoRights", { nas: name, user: userName, call });
}

/** Sends one request and makes sense of transport and HTTP status; the body is for the caller. */
export async function exchange(session: Session, request: HttpRequest, options: CallOptions): Promise<string> {
  const answer = await send(session, request, options);
  if (answer.status === 401 || answer.status === 403) throw new SessionRefused();
  if (answer.status === 404) {
    throw new QnapError("NotSupportedByFirmware", {
      what: `'${options.call}'`,
      nas: session.name,
      firmware: "this firmware",
      reason: "the NAS does not have this call (HTTP 404)",
    });
  }
  if (answer.status < 200 || answer.status > 299) throw unclear(session, options, `HTTP ${answer.status}`);
  return answer.text;
}

async function send(session: Session, request: HttpRequest, options: CallOptions): Promise<HttpAnswer> {
  const { timeoutMs, signal, write } = options;
  // A write already on its way is not taken back by a cancel: its effect would then be unknown.
  const limits = { ...(timeoutMs === undefined ? {} : { timeoutMs }), signal: write ? undefined : signal };
  try {
    return await session.http.send({ ...request, ...limits });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    if (write || error.timedOut) throw unclear(session, options, reasonOf(error));
  }
  // A kept-alive connection may have been closed by the NAS just as we used it: a read is worth a second try.
  try {
    return await session.http.send({ ...request, ...limits });
  } catch (error) {
    throw error instanceof NoAnswer ? unclear(session, options, reasonOf(error)) : error;
  }
}

/** The answer is missing or makes no sense: for a read that is an error, for a write its outcome is unknown. */
export function unclear(session: Session, { call, write }: CallOptions, reason: string, unreadable = false): Error {
  const shown = printable(reason);
  if (write) return new Unconfirmed(call, shown);
  return new QnapError(unreadable ? "NasAnswerUnreadable" : "NasNoAnswer", { nas: session.name, call, reason: shown });
}
