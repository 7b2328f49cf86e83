import { setTimeout as sleep } from "node:timers/promises";
import { isCode, QnapError, reasonOf } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { cgi, paths, resultOf } from "./cgi.ts";
import { refusal } from "./codes.ts";
import type { Nas } from "./nas.ts";
import { readRest } from "./rest.ts";
import { integer } from "./xml.ts";

const firstPollMs = 100;
const lastPollMs = 3_000;
/** A wait outlives a NAS that gives no answer for this long: while it is waited for, it works, and may be out of breath. */
const silenceMs = 120_000;

/**
 * Calls `look` until it gives something, first often, then every 3 s, and once more when the time is over; then undefined. A
 * failure that may pass is forgiven for a while, but never told as "nothing found".
 */
export async function poll<T>(timeoutMs: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const end = Date.now() + timeoutMs;
  let heardAt = Date.now();
  for (let waitMs = firstPollMs; ; waitMs = Math.min(waitMs * 1.5, lastPollMs)) {
    const leftMs = end - Date.now();
    try {
      const found = await look();
      if (found !== undefined || leftMs <= 0) return found;
      heardAt = Date.now();
    } catch (error) {
      const mayPass = error instanceof QnapError && error.retryable && Date.now() - heardAt < silenceMs;
      if (!mayPass || leftMs <= 0) throw error;
    }
    await sleep(Math.max(0, Math.min(waitMs, leftMs)));
  }
}

/** Once the NAS has begun, an error no longer means that nothing was changed. */
export async function begun(call: string, follow: () => Promise<void>): Promise<void> {
  try {
    await follow();
  } catch (error) {
    throw new Unconfirmed(call, reasonOf(error));
  }
}

/**
 * Follows a forked CGI job to its end. The channel belongs to the CGI, not to the job (documented, unmeasured): only one forked
 * operation per NAS at a time, which the caller's lease sees to. After a restart it is empty, which looks like success.
 */
export async function followFork(nas: Nas, call: string, timeoutMs: number, look: () => void): Promise<void> {
  const parameters = { func: "get_return", cginame: "snapshot.cgi" };
  const result = await pollUp(nas, call, timeoutMs, async () => {
    look();
    const answer = await cgi(nas.session, paths.snapshot, parameters, { call: `${call}: progress` });
    return integer(answer, "processing") === 1 ? undefined : resultOf(answer);
  });
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
  await pollUp(nas, call, timeoutMs, async () => {
    look();
    return (await countJobs(nas)) <= before ? true : undefined;
  });
}

/** Polls a NAS that must stay up: what had been begun before it went down may have got lost, whatever it says afterwards. */
async function pollUp<T>(nas: Nas, call: string, timeoutMs: number, look: () => Promise<T | undefined>): Promise<T> {
  let wasDown = false;
  const found = await poll(timeoutMs, () =>
    look().catch((error: unknown) => {
      wasDown ||= isCode(error, "NasUnreachable");
      throw error;
    }),
  );
  if (found === undefined) throw tooLong(nas, call, timeoutMs);
  if (wasDown) throw new QnapError("NasNoAnswer", { nas: nas.name, call, reason: "it was down meanwhile" });
  return found;
}

function tooLong(nas: Nas, call: string, timeoutMs: number): QnapError {
  return new QnapError("NasNoAnswer", {
    nas: nas.name,
    call,
    reason: `still under way after ${Math.round(timeoutMs / 1000)} s`,
  });
}
