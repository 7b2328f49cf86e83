import { setTimeout as sleep } from "node:timers/promises";
import { hresults, Refusal } from "./hresults.ts";

/** The outcome of the work, or a Refusal when it takes longer: it then goes on without anybody waiting for it. */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: over.signal }).then(() => {
    throw new Refusal(hresults.veto, `no outcome within ${timeoutMs / 1000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
    work.catch(() => undefined);
  }
}
