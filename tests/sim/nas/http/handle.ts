import { setTimeout as sleep } from "node:timers/promises";
import { codes } from "../codes.ts";
import type { Fault, FaultKind, Faults } from "../faults.ts";
import type { Holds } from "../holds.ts";
import type { Turnstile } from "../model/turns.ts";
import type { Nas } from "../nas.ts";
import type { Call, Reply } from "./call.ts";
import type { Route } from "./route.ts";

const dropped: Reply = { status: 0, headers: {}, body: "", drop: true };

export interface Trouble {
  faults: Faults;
  holds: Holds;
}

/** One request from its recognition to its reply, with the faults that hit it. Never resolves when it hangs. */
export async function handle(call: Call, route: Route, trouble: Trouble): Promise<Reply> {
  const hit = trouble.faults.take(call, route);
  const early = await before(call, route, hit, trouble.holds);
  if (early) return early;
  const reply = await inTurn(call, route, hit);
  return after(call, route, reply, hit, trouble.holds);
}

const find = (hit: Fault[], ...kinds: FaultKind[]): Fault | undefined => hit.find(({ kind }) => kinds.includes(kind));

/** What keeps a request from the NAS. */
async function before(call: Call, route: Route, hit: Fault[], holds: Holds): Promise<Reply | undefined> {
  if (find(hit, "hang")) await new Promise(() => {});
  if (find(hit, "holdBefore") && (await holds.hold(call.path, route.func, "before")) === "drop") return dropped;
  if (find(hit, "dropBefore")) return dropped;
  if (find(hit, "expireSession")) call.nas.sessions.expireAll();
  const http = find(hit, "http");
  if (http) return { status: http.status ?? 500, headers: { "content-type": "text/html" }, body: "<h1>Error</h1>\n" };
  const code = refusalCode(call.nas, route, hit);
  return code === undefined ? undefined : route.refuse(code);
}

function refusalCode(nas: Nas, route: Route, hit: Fault[]): number | undefined {
  if (find(hit, "busy")) return route.changes === "lun.remove" ? codes.datasetBusy : codes.busy;
  if (find(hit, "poolFull")) return nas.quirks.get("poolFullResult");
  if (find(hit, "snapshotLimit")) return nas.quirks.get("snapshotLimitResult");
  return find(hit, "code")?.code;
}

/** Reads run side by side; changes wait for their turn, and the latency of the NAS is part of the turn. */
function inTurn(call: Call, route: Route, hit: Fault[]): Promise<Reply> {
  const turnstile = turnstileFor(call.nas, route);
  const work = () => decideAndDo(call, route, hit);
  return turnstile ? turnstile.run(work) : work();
}

function turnstileFor({ turns, quirks }: Nas, { changes }: Route): Turnstile | undefined {
  if (!changes) return undefined;
  const apart = changes === "snapshot.create" && quirks.get("parallelSnapshots") > 1;
  return apart ? turns.snapshots : turns.changes;
}

async function decideAndDo(call: Call, route: Route, hit: Fault[]): Promise<Reply> {
  const { nas } = call;
  const ms = latencyMs(nas, call) + (find(hit, "latency")?.ms ?? 0);
  if (ms > 0) await sleep(ms);
  const { reply, effect } = await route.decide();
  if (!effect || find(hit, "successWithoutEffect")) return reply;
  try {
    await effect();
  } catch (error) {
    if (!hostIsFull(error)) throw error;
    return route.refuse(nas.quirks.get("poolFullResult"));
  }
  await nas.save();
  return reply;
}

/** Sizes are promises until bytes are written, but the host's file system has its own limits: to the client a full pool. */
function hostIsFull(error: unknown): boolean {
  return ["EFBIG", "ENOSPC"].includes(String((error as NodeJS.ErrnoException).code));
}

/** Each storage call walks every LUN on some firmware (single source). */
function latencyMs({ quirks, state }: Nas, { path }: Call): number {
  const storage = path.includes("/disk/") || path.startsWith("/api/");
  return quirks.get("latencyMs") + (storage ? quirks.get("latencyPerLunMs") * state.luns.length : 0);
}

/** What keeps the reply from the caller. */
async function after(call: Call, route: Route, reply: Reply, hit: Fault[], holds: Holds): Promise<Reply> {
  if (find(hit, "holdAfter") && (await holds.hold(call.path, route.func, "after")) === "drop") return dropped;
  if (find(hit, "dropAfter")) return dropped;
  if (find(hit, "garble")) return { ...reply, body: garble(reply.body) };
  return find(hit, "cut") ? { ...reply, cut: true } : reply;
}

/** Still that long and of that type, but neither XML nor JSON any more. */
function garble(body: string): string {
  const middle = Math.floor(body.length / 2);
  return `${body.slice(0, middle)}<\u0000&]]>{"${body.slice(middle).replaceAll(/[<>{}"]/g, "\u0007")}`;
}
