import { QnapError, reasonOf } from "../errors.ts";
import type { HttpRequest } from "../net/http.ts";
import type { VimSession } from "./session.ts";
import { explained, unreadable } from "./transport.ts";
import type { MoRef } from "./xml.ts";

/** Tags are not in vim25 but in vCenter's REST API, with a session of its own (`/rest`: vCenter 6.5 to 8; never run on real gear). */
const sessionPath = "/rest/com/vmware/cis/session";
const associationPath = "/rest/com/vmware/cis/tagging/tag-association";
const tagPath = "/rest/com/vmware/cis/tagging/tag/id:";
const objectsPerCall = 1_000;

interface Attached {
  object_id: { id: string; type: string };
  tag_ids: string[];
}

/** The names of the tags of these objects, by object id; objects without a tag are left out. */
export async function readTags(session: VimSession, refs: readonly MoRef[]): Promise<Map<string, string[]>> {
  const sid = await call<string>(session, "POST", sessionPath, { authorization: session.authorization });
  const headers = { "vmware-api-session-id": sid };
  try {
    const attached: Attached[] = [];
    for (let from = 0; from < refs.length; from += objectsPerCall) {
      const body = { object_ids: refs.slice(from, from + objectsPerCall).map(({ id, type }) => ({ id, type })) };
      const path = `${associationPath}?~action=list-attached-tags-on-objects`;
      attached.push(...(await call<Attached[]>(session, "POST", path, headers, body)));
    }
    const tagged = attached.filter(({ tag_ids }) => tag_ids?.length > 0);
    const names = await readNames(session, headers, new Set(tagged.flatMap(({ tag_ids }) => tag_ids)));
    return new Map(tagged.map(({ object_id, tag_ids }) => [object_id.id, tag_ids.map((id) => names.get(id) ?? id)]));
  } finally {
    // It ends by itself after a while.
    await call(session, "DELETE", sessionPath, headers).catch(() => undefined);
  }
}

async function readNames(session: VimSession, headers: Record<string, string>, ids: ReadonlySet<string>) {
  const names = new Map<string, string>();
  for (const id of ids) {
    const tag = await call<{ name: string }>(session, "GET", `${tagPath}${encodeURIComponent(id)}`, headers);
    names.set(id, tag.name);
  }
  return names;
}

async function call<T>(
  { http, name, userName }: VimSession,
  method: HttpRequest["method"],
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<T> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const asked = { method, path, headers: { "content-type": "application/json", ...headers }, ...sent };
  const what = path.replace(/^.*\/(?=[^/]+$)/, "");
  const answer = await http.send(asked).catch((error: unknown) => {
    throw explained(name, what, error);
  });
  if (answer.status === 401) throw new QnapError("VCenterPasswordRefused", { vcenter: name, user: userName });
  if (answer.status === 404) throw new QnapError("VCenterNotSupported", { vcenter: name, what: "REST API for tags" });
  if (answer.status < 200 || answer.status > 299) throw unreadable(name, what, `HTTP ${answer.status}`);
  try {
    return (answer.text === "" ? undefined : (JSON.parse(answer.text) as { value: T }).value) as T;
  } catch (error) {
    throw unreadable(name, what, reasonOf(error));
  }
}
