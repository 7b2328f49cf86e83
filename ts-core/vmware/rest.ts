import { QnapError, reasonOf } from "../errors.ts";
import type { HttpAnswer, HttpRequest } from "../net/http.ts";
import type { VimSession } from "./session.ts";
import { explained, unreadable } from "./transport.ts";

/**
 * vCenter's REST API has two forms: `/api` from 7.0 U2 on, `/rest` from 6.5 to 8. They differ in paths, and in whether a value is
 * wrapped (documented by VMware; `/rest` never ran on anything, `/api` on our simulator only).
 */
interface Form {
  session: string;
  tagging: string;
  id(id: string): string;
  action: string;
  value(answer: unknown): unknown;
}

const api: Form = {
  session: "/api/session",
  tagging: "/api/cis/tagging",
  id: (id) => encodeURIComponent(id),
  action: "action",
  value: (answer) => answer,
};

const rest: Form = {
  session: "/rest/com/vmware/cis/session",
  tagging: "/rest/com/vmware/cis/tagging",
  id: (id) => `id:${encodeURIComponent(id)}`,
  action: "~action",
  value: (answer) => (answer as { value?: unknown } | undefined)?.value,
};

/** The tagging calls of one REST session. */
export interface TaggingCalls {
  /** Reads an object by its id. */
  read(what: string, id: string): Promise<unknown>;
  act(what: string, id: string | undefined, action: string, body: unknown): Promise<unknown>;
}

/** Logs in to the REST API, which has sessions of its own, and out again. */
export async function withTagging<T>(session: VimSession, work: (calls: TaggingCalls) => Promise<T>): Promise<T> {
  const { form, headers } = await logIn(session);
  const { tagging, action: parameter } = form;
  const ask = async (method: HttpRequest["method"], path: string, body?: unknown) =>
    answered(session, path, form, await send(session, method, path, headers, body));
  try {
    return await work({
      read: (what, id) => ask("GET", `${tagging}/${what}/${form.id(id)}`),
      act: (what, id, action, body) => {
        const path = [tagging, what, ...(id === undefined ? [] : [form.id(id)])].join("/");
        return ask("POST", `${path}?${parameter}=${action}`, body);
      },
    });
  } finally {
    // It ends by itself after a while.
    await send(session, "DELETE", form.session, headers).catch(() => undefined);
  }
}

/**
 * What an older server says to a path of the newer form is told nowhere (some have another protocol there): anything but a session,
 * or a no to the password, means the older form.
 */
async function logIn(session: VimSession): Promise<{ form: Form; headers: Record<string, string> }> {
  await session.logIn();
  const headers = { authorization: session.authorization };
  const newer = await send(session, "POST", api.session, headers);
  if (newer.status === 401) throw refused(session, api.session, newer);
  const sid = sessionIn(newer, api);
  if (sid !== undefined) return { form: api, headers: { "vmware-api-session-id": sid } };
  const older = await send(session, "POST", rest.session, headers);
  const olderSid = sessionIn(older, rest);
  if (olderSid === undefined) throw refused(session, rest.session, older);
  return { form: rest, headers: { "vmware-api-session-id": olderSid } };
}

function sessionIn(answer: HttpAnswer, { value }: Form): string | undefined {
  if (!isDone(answer)) return undefined;
  try {
    const sid = value(JSON.parse(answer.text));
    return typeof sid === "string" && /^[\x21-\x7e]+$/.test(sid) ? sid : undefined;
  } catch {
    return undefined;
  }
}

async function send(
  { http, name }: VimSession,
  method: HttpRequest["method"],
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<HttpAnswer> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const asked = { method, path, headers: { "content-type": "application/json", ...headers }, ...sent };
  return http.send(asked).catch((error: unknown) => {
    throw explained(name, callOf(path), error);
  });
}

function answered(session: VimSession, path: string, { value }: Form, answer: HttpAnswer): unknown {
  if (!isDone(answer)) throw refused(session, path, answer);
  try {
    return answer.text === "" ? undefined : value(JSON.parse(answer.text));
  } catch (error) {
    throw unreadable(session.name, callOf(path), reasonOf(error));
  }
}

function refused({ name }: VimSession, path: string, { status }: HttpAnswer): QnapError {
  if (status === 404 && path === rest.session)
    return new QnapError("VCenterNotSupported", { vcenter: name, what: "REST API for tags" });
  const [call, reason] = [callOf(path), `HTTP ${status}`];
  const isNo = status >= 400 && status <= 499;
  return isNo ? new QnapError("VCenterRefused", { vcenter: name, call, reason }) : unreadable(name, call, reason);
}

function isDone({ status }: HttpAnswer): boolean {
  return status >= 200 && status <= 299;
}

function callOf(path: string): string {
  return path.replace(/^\/(api|rest\/com\/vmware)\//, "");
}
