import { setTimeout as sleep } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import { cgi, paths, resultOf } from "./cgi.ts";
import { refusal } from "./codes.ts";
import type { Nas } from "./nas.ts";
import { readRest } from "./rest.ts";
import { integer } from "./xml.ts";

const firstPollMs = 100;
const lastPollMs = 3_000;

/** Calls `look` until it gives something, first often, then every 3 s. Undefined when the time is over. */
export async function poll<T>(timeoutMs: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const end = Date.now() + timeoutMs;
  for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 1.5, lastPollMs)) {
    const found = await look();
    if (found !== undefined || Date.now() + waitMs > end) return found;
    await sleep(waitMs);
  }
}

/**
 * Follows a forked CGI job to its end. The channel belongs to the CGI, not to the job (documented, unmeasured): only one forked
 * operation per NAS at a time, which the caller's lease sees to.
 */
export async function followFork(nas: Nas, call: string, timeoutMs: number, look: () => void): Promise<void> {
  const parameters = { func: "get_return", cginame: "snapshot.cgi" };
  const result = await poll(timeoutMs, async () => {
    look();
    const answer = await cgi(nas.session, paths.snapshot, parameters, { call: `${call}: progress` });
    return integer(answer, "processing") === 1 ? undefined : resultOf(answer);
  });
  if (result === undefined) throw tooLong(nas, call, timeoutMs);
  if (result < 0) throw refusal(nas.name, call, result);
}

/** How many background jobs the NAS has. Their shape is not known, so no more is read into them. */
export async function countJobs(nas: Nas): Promise<number> {
  const { collection } = await readRest(nas.session, "/snapmgr/v1/system/background/jobs", { call: "background jobs" });
  return collection.length;
}

/** Waits until the NAS has no more background jobs than before. */
export async function followJobs(
  nas: Nas,
  call: string,
  before: number,
  timeoutMs: number,
  look: () => void,
): Promise<void> {
  const done = await poll(timeoutMs, async () => {
    look();
    return (await countJobs(nas)) <= before ? true : undefined;
  });
  if (done === undefined) throw tooLong(nas, call, timeoutMs);
}

function tooLong(nas: Nas, call: string, timeoutMs: number): QnapError {
  return new QnapError("NasNoAnswer", {
    nas: nas.name,
    call,
    reason: `still under way after ${Math.round(timeoutMs / 1000)} s`,
  });
}
