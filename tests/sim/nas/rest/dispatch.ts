import { codes } from "../codes.ts";
import type { EffectKind } from "../effects.ts";
import type { Call } from "../http/call.ts";
import type { Decision, Route } from "../http/route.ts";
import { jsonReply, type RestAnswer, restReply } from "./answer.ts";
import { lunCalls } from "./luns.ts";
import { snapshotCalls } from "./snapshots.ts";
import { targetCalls } from "./targets.ts";
import { volumeCalls } from "./volumes.ts";

export type Ids = Record<string, number>;

/** One method and path; `:name` in the path is a number. */
export interface RestCall {
  changes?: EffectKind | ((call: Call) => EffectKind);
  run(call: Call, ids: Ids): RestAnswer | Promise<RestAnswer>;
}

const calls: Record<string, RestCall> = { ...lunCalls, ...targetCalls, ...volumeCalls, ...snapshotCalls };

const patterns = Object.entries(calls).map(([name, call]) => {
  const [method, path = ""] = name.split(" ");
  return { name, method, pattern: new RegExp(`^/api/${path.replace(/:(\w+)/g, "(?<$1>\\d+)")}$`), call };
});

/** Undefined: no such path here, 404. */
export function restRoute(call: Call): Route | undefined {
  if (!call.nas.quirks.get("rest")) return undefined;
  for (const { name, method, pattern, call: known } of patterns) {
    const match = method === call.method ? pattern.exec(call.path) : null;
    if (match) return routeOf(call, name, known, numbers(match.groups));
  }
  return undefined;
}

function numbers(groups: Record<string, string> = {}): Ids {
  return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, Number(text)]));
}

function routeOf(call: Call, func: string, known: RestCall, ids: Ids): Route {
  return {
    func,
    changes: typeof known.changes === "function" ? known.changes(call) : known.changes,
    refuse: (code) => restReply({ code: code === 0 ? codes.failed : code }),
    decide: () => decide(call, known, ids),
  };
}

/** Only the header `sid` counts; a dead session is HTTP 200 with -22 (single source). */
async function decide(call: Call, known: RestCall, ids: Ids): Promise<Decision> {
  const { nas, sidHeader } = call;
  const session = nas.sessions.use(sidHeader);
  if (!session) return { reply: restReply({ code: -22, message: "sid is invalid." }) };
  const admin = nas.state.users.some((user) => user.name === session.user && user.admin);
  if (!admin) return { reply: restReply({ code: codes.failed, message: "Permission denied" }) };
  const answer = await known.run(call, ids);
  const silent = known.changes && !answer.single && (answer.code ?? 0) === 0 && nas.quirks.get("restEmptyBody");
  return { reply: silent ? jsonReply("", 0) : restReply(answer), effect: answer.effect };
}
