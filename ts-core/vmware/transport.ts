import { type ErrorCode, QnapError, reasonOf } from "../errors.ts";
import { type HttpAnswer, type HttpClient, type HttpRequest, NoAnswer } from "../net/http.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { faultIn, localizedFault, type VimFault } from "./faults.ts";
import { envelope, type Xml } from "./soap.ts";
import { all, at, type MoRef, parseBody, type XmlNode } from "./xml.ts";

export const sdkPath = "/sdk";
/** The oldest API version that has all we use, so that this server and newer ones answer alike. */
export const sdkHeaders = { "content-type": "text/xml; charset=utf-8", soapaction: '"urn:vim25/6.5"' };

export interface Call {
  method: string;
  self: MoRef;
  args: readonly Xml[];
}

export interface CallOptions {
  /** Changes something: sent once, and without a whole answer its effect is not known (Unconfirmed). */
  write?: boolean;
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

/** Sends one call and gives the `returnval` elements of its answer. A fault is thrown as VimFault: then nothing was done. */
export async function exchange(
  http: HttpClient,
  { method, self, args }: Call,
  options: CallOptions,
  cookie: string | undefined,
): Promise<XmlNode[]> {
  const headers = cookie === undefined ? sdkHeaders : { ...sdkHeaders, cookie };
  const request = { method: "POST" as const, path: sdkPath, headers, body: envelope(method, self, args) };
  const vcenter = http.endpoint.name;
  try {
    const answer = await send(http, request, options);
    return returned(vcenter, method, answer.text, answer.status);
  } catch (error) {
    if (options.write && isUnclear(error)) throw new Unconfirmed(method, reasonOf(error));
    throw explained(vcenter, method, error);
  }
}

async function send(
  http: HttpClient,
  request: HttpRequest,
  { write, timeoutMs, signal }: CallOptions,
): Promise<HttpAnswer> {
  // A write already on its way is not taken back by a cancel: its effect would then be unknown.
  const limits = { ...(timeoutMs === undefined ? {} : { timeoutMs }), signal: write ? undefined : signal };
  try {
    return await http.send({ ...request, ...limits });
  } catch (error) {
    if (write || !(error instanceof NoAnswer) || error.timedOut) throw error;
  }
  // A kept-alive connection may have been closed just as we used it: a read is worth a second try.
  return http.send({ ...request, ...limits });
}

/** The `returnval` elements of an answer to a call. */
export function returned(vcenter: string, call: string, answer: string, status = 200): XmlNode[] {
  const body = read(vcenter, call, answer, status);
  const fault = faultIn(vcenter, call, body) ?? missingSession(vcenter, call, body);
  if (fault) throw fault;
  const response = at(body, `${call}Response`);
  if (response === undefined) throw unreadable(vcenter, call, `it has no ${call}Response`);
  return all(response, "returnval");
}

function read(vcenter: string, call: string, answer: string, status: number): XmlNode {
  try {
    return parseBody(answer);
  } catch (error) {
    throw unreadable(vcenter, call, status === 200 ? reasonOf(error) : `HTTP ${status}`);
  }
}

/** Without a session some servers answer a read with "missing: not authenticated" per property, not with a fault (vcsim). */
function missingSession(vcenter: string, call: string, body: XmlNode): VimFault | undefined {
  const missing = at(body, `${call}Response`, "returnval", "objects", "missingSet");
  if (missing === undefined) return undefined;
  const fault = localizedFault(vcenter, call, at(missing, "fault"));
  return fault.fault === "NotAuthenticated" ? fault : undefined;
}

export function unreadable(vcenter: string, call: string, reason: string): QnapError {
  return new QnapError("VCenterAnswerUnreadable", { vcenter, call, reason });
}

/** No whole answer, or one that says neither yes nor no. */
function isUnclear(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof QnapError && error.code === "VCenterAnswerUnreadable");
}

const codes: Partial<Record<ErrorCode, ErrorCode>> = {
  NasUnknownHost: "VCenterUnreachable",
  NasUnreachable: "VCenterUnreachable",
  NotAQnapNas: "VCenterUnreachable",
  CertificateUntrusted: "VCenterCertificateRefused",
  CertificateExpired: "VCenterCertificateExpired",
  CertificateMismatch: "VCenterCertificateMismatch",
};

/** The shared HTTP client speaks of a NAS in its errors. */
export function explained(vcenter: string, call: string, error: unknown): unknown {
  if (error instanceof NoAnswer) return new QnapError("VCenterNoAnswer", { vcenter, call, reason: reasonOf(error) });
  if (!(error instanceof QnapError)) return error;
  const code = codes[error.code];
  if (code === undefined) return error;
  const reason = error.details.reason ?? (error.cause === undefined ? error.code : reasonOf(error.cause));
  return new QnapError(code, { ...error.details, vcenter, reason }, error);
}
