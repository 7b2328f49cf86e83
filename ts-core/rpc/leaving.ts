import { setTimeout as sleep } from "node:timers/promises";

/** What is under way when its process is to end. */
export interface UnderWay {
  done: Promise<unknown>;
  /** What it is at must not be left as it is. */
  stays: boolean;
}

/** How long everything may take to come to its own end once nobody waits for it any more. */
const graceMs = 10_000;

/**
 * Resolves when the process may end. What is then unfinished stands in a journal, and recovery takes it up as after a crash; only
 * what must not be left, such as a LUN that is away from its hosts, is waited for however long it takes.
 */
export async function mayLeave(underWay: () => readonly UnderWay[]): Promise<void> {
  const over = new AbortController();
  const grace = sleep(graceMs, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([Promise.all(underWay().map(({ done }) => done)), grace]);
  over.abort();
  const staying = () => underWay().filter(({ stays }) => stays);
  for (let open = staying(); open.length > 0; open = staying()) await Promise.all(open.map(({ done }) => done));
}
