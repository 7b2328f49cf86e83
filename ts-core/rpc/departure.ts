import { setTimeout as sleep } from "node:timers/promises";

/** How long what is running may take to come to its own end once nobody waits for it any more. */
const graceMs = 10_000;

/**
 * When a process may end. What it leaves unfinished stands in a journal, and recovery takes it up as after a crash; only what must
 * not be left as it is, such as a LUN that is away from its hosts, is stayed for, however long it takes.
 */
export class Departure {
  readonly #stays = new Set<Promise<unknown>>();

  /** The process does not end before `work` has. */
  async stayFor<T>(work: () => Promise<T>): Promise<T> {
    const stay = work();
    this.#stays.add(stay);
    try {
      return await stay;
    } finally {
      this.#stays.delete(stay);
    }
  }

  /** Resolves when all of `running` is done; after a while, as soon as nothing is stayed for. */
  async ready(running: Promise<unknown>): Promise<void> {
    const over = new AbortController();
    await Promise.race([running, sleep(graceMs, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
    while (this.#stays.size > 0) await Promise.allSettled(this.#stays);
  }
}
