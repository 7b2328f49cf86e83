import { reasonOf } from "../errors.ts";
import { type CallOptions, exchange, inSession, isGood, SessionRefused, unclear } from "./call.ts";
import { refusal } from "./codes.ts";
import type { Session } from "./session.ts";
import { document, integer, parseXml, type XmlNode } from "./xml.ts";

export type Parameters = Record<string, string | number>;

const headers = { "content-type": "application/x-www-form-urlencoded" };
/** "already exists" for some calls, "not authenticated" or not allowed for others (contradicting sources, qts-api.md 4.4). */
const ambiguous = -22;

export const paths = {
  lun: "/cgi-bin/disk/iscsi_lun_setting.cgi",
  target: "/cgi-bin/disk/iscsi_target_setting.cgi",
  portal: "/cgi-bin/disk/iscsi_portal_setting.cgi",
  snapshot: "/cgi-bin/disk/snapshot.cgi",
  disk: "/cgi-bin/disk/disk_manage.cgi",
  system: "/cgi-bin/management/manaRequest.cgi",
} as const;

/**
 * One CGI call: everything in the form body, XML back. Throws for a dead session that cannot be renewed, and for an answer that
 * makes no sense; what `result` means is for the caller, as it differs per call.
 */
export async function cgi(
  session: Session,
  path: string,
  parameters: Parameters,
  options: CallOptions,
): Promise<XmlNode> {
  return inSession(session, options, async (sid) => {
    const answer = await cgiWith(sid, session, path, parameters, options);
    if (codesOf(answer).includes(ambiguous) && !(await isGood(session, sid, options))) throw new SessionRefused();
    return answer;
  });
}

/** One CGI call with this very session id; throws SessionRefused when it is not accepted. */
export async function cgiWith(
  sid: string,
  session: Session,
  path: string,
  parameters: Parameters,
  options: CallOptions,
): Promise<XmlNode> {
  const body = new URLSearchParams({ ...texts(parameters), sid }).toString();
  const text = await exchange(session, { method: "POST", path, headers, body }, options);
  const answer = read(session, text, options);
  if (integer(answer, "authPassed") === 0) throw new SessionRefused();
  return answer;
}

/** The call's result. Absent in some answers that are right all the same. */
export function resultOf(answer: XmlNode): number | undefined {
  return codesOf(answer).find((code) => code !== undefined);
}

function codesOf(answer: XmlNode): (number | undefined)[] {
  return ["result", "errorcode", "ES_RET_CODE"].map((name) => integer(answer, name));
}

/** A read whose answer must not be negative. */
export async function readCgi(
  session: Session,
  path: string,
  parameters: Parameters,
  options: CallOptions,
): Promise<XmlNode> {
  const answer = await cgi(session, path, parameters, options);
  const result = resultOf(answer);
  if (result !== undefined && result < 0) throw refusal(session.name, options.call, result);
  return answer;
}

/** A write: its result, which is never missing. "Authenticated" alone is not "done". */
export async function writeCgi(
  session: Session,
  path: string,
  parameters: Parameters,
  options: CallOptions,
): Promise<{ result: number; answer: XmlNode }> {
  const answer = await cgi(session, path, parameters, { ...options, write: true });
  const result = resultOf(answer);
  if (result === undefined) throw unclear(session, { ...options, write: true }, "the answer tells no result");
  return { result, answer };
}

function read(session: Session, text: string, options: CallOptions): XmlNode {
  try {
    const answer = document(parseXml(text));
    if (typeof answer === "string" || Object.keys(answer).length === 0) throw new Error("it is empty");
    return answer;
  } catch (error) {
    throw unclear(session, options, reasonOf(error), true);
  }
}

function texts(parameters: Parameters): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}
