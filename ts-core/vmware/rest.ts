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

/** What an older server says to a path that it does not know is not told anywhere: anything but yes, or a no to the password. */
async function logIn(session: VimSession): Promise<{ form: Form; headers: Record<string, string> }> {
  await session.logIn();
  const headers = { authorization: session.authorization };
  const newer = await send(session, "POST", api.session, headers);
  const [form, answer] =
    isDone(newer) || newer.status === 401 ? [api, newer] : [rest, await send(session, "POST", rest.session, headers)];
  const sid = answered(session, form.session, form, answer);
  if (typeof sid !== "string" || !/^[\x21-\x7e]+$/.test(sid))
    throw unreadable(session.name, "REST log-in", "it brings no session");
  return { form, headers: { "vmware-api-session-id": sid } };
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

function answered({ name }: VimSession, path: string, { value }: Form, answer: HttpAnswer): unknown {
  const { status, text } = answer;
  const call = callOf(path);
  if (status === 404 && path === rest.session)
    throw new QnapError("VCenterNotSupported", { vcenter: name, what: "REST API for tags" });
  if (status >= 400 && status <= 499)
    throw new QnapError("VCenterRefused", { vcenter: name, call, reason: `HTTP ${status}` });
  if (!isDone(answer)) throw unreadable(name, call, `HTTP ${status}`);
  try {
    return text === "" ? undefined : value(JSON.parse(text));
  } catch (error) {
    throw unreadable(name, call, reasonOf(error));
  }
}

function isDone({ status }: HttpAnswer): boolean {
  return status >= 200 && status <= 299;
}

function callOf(path: string): string {
  return path.replace(/^\/(api|rest\/com\/vmware)\//, "");
}
