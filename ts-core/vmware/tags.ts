import { QnapError, reasonOf } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import { type TaggingCalls, withTagging } from "./rest.ts";
import type { VimSession } from "./session.ts";
import { unreadable } from "./transport.ts";
import type { MoRef } from "./xml.ts";

/** Tags are not in vim25 but in vCenter's REST API. */
const objectsPerCall = 1_000;
const width = 8;
const listing = "list-attached-tags-on-objects";

interface Attached {
  object_id: { id: string };
  tag_ids: string[];
}

/** The names of the tags of these objects, by object id; objects without a tag are left out. */
export function readTags(session: VimSession, refs: readonly MoRef[]): Promise<Map<string, string[]>> {
  return withTagging(session, async (calls) => {
    const ids = await idsOn(session, calls, refs);
    const names = await readNames(calls, new Set([...ids.values()].flat()));
    return new Map([...ids].map(([object, tags]) => [object, tags.map((id) => names.get(id) ?? id)]));
  });
}

/** The ids of the tags of these objects, by object id: what `attachTags` takes. */
export function readTagIds(session: VimSession, refs: readonly MoRef[]): Promise<Map<string, string[]>> {
  return withTagging(session, (calls) => idsOn(session, calls, refs));
}

/** Hangs tags on a VM and looks whether they hang there. May be called again: what hangs there already is left as it is. */
export function attachTags(session: VimSession, vm: MoRef, tagIds: readonly string[]): Promise<void> {
  return withTagging(session, async (calls) => {
    const missing = async () => {
      const there = (await idsOn(session, calls, [vm])).get(vm.id) ?? [];
      return tagIds.filter((id) => !there.includes(id));
    };
    const body = { object_id: { id: vm.id, type: vm.type } };
    const outcomes = await settleAll(await missing(), width, (id) => calls.act("tag-association", id, "attach", body));
    const left = await missing();
    if (left.length === 0) return;
    const failure = outcomes.find((one) => one.status === "rejected");
    const reason = failure === undefined ? "vCenter does not show them" : reasonOf(failure.reason);
    throw new QnapError("VCenterRefused", { vcenter: session.name, call: `attach ${left.join(", ")}`, reason });
  });
}

async function idsOn(
  { name }: VimSession,
  calls: TaggingCalls,
  refs: readonly MoRef[],
): Promise<Map<string, string[]>> {
  const ids = new Map<string, string[]>();
  for (let from = 0; from < refs.length; from += objectsPerCall) {
    const body = { object_ids: refs.slice(from, from + objectsPerCall).map(({ id, type }) => ({ id, type })) };
    const attached = await calls.act("tag-association", undefined, listing, body);
    if (!isAttached(attached)) throw unreadable(name, listing, "it is no list of tags");
    for (const { object_id, tag_ids } of attached) if (tag_ids.length > 0) ids.set(object_id.id, tag_ids);
  }
  return ids;
}

function isAttached(answer: unknown): answer is Attached[] {
  const fits = (one: Partial<Attached> | null) => typeof one?.object_id?.id === "string" && Array.isArray(one.tag_ids);
  return Array.isArray(answer) && answer.every(fits);
}

/** A tag that tells no name goes by its id. */
async function readNames(calls: TaggingCalls, ids: ReadonlySet<string>): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const id of ids) {
    const tag = (await calls.read("tag", id)) as { name?: string } | undefined;
    names.set(id, tag?.name ?? id);
  }
  return names;
}
