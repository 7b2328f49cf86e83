export interface Job {
  id: number;
  kind: string;
  what: number | string;
  startedAtMs: number;
}

/** What goes on after an answer was given: timers, jobs, and the shared slot that get_return reads. */
export class Background {
  readonly jobs = new Map<number, Job>();
  /** One slot per CGI name, not per job: whoever forked last is what everybody reads (confirmed as a trap: JT). */
  readonly slots = new Map<string, { processing: boolean; result: number }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  #nextId = 1;
  #stopped = false;

  /** Does `step` after `ms`. One that fails (its LUN is gone meanwhile) is told on stderr. */
  later(ms: number, step: () => Promise<void>): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#track(step());
    }, ms);
    this.#timers.add(timer);
  }

  /** The same, listed as a job until it is done. */
  job(kind: string, what: number | string, ms: number, step: () => Promise<void>): void {
    const id = this.#nextId++;
    this.jobs.set(id, { id, kind, what, startedAtMs: Date.now() });
    this.later(ms, () => step().finally(() => this.jobs.delete(id)));
  }

  /** A job whose end is read from the slot of its CGI. */
  fork(cgi: string, kind: string, what: number | string, ms: number, step: () => Promise<void>): void {
    this.slots.set(cgi, { processing: true, result: 0 });
    this.job(kind, what, ms, async () => {
      let result = -1;
      try {
        await step();
        result = 0;
      } finally {
        this.slots.set(cgi, { processing: false, result });
      }
    });
  }

  /** Until the slot's job is done. */
  async idle(cgi: string): Promise<void> {
    while (this.slots.get(cgi)?.processing && !this.#stopped) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  /** Whether a clone or a revert is reading this snapshot now. */
  uses(snapshotId: number): boolean {
    return [...this.jobs.values()].some(({ kind, what }) => kind !== "snapshot.create" && what === snapshotId);
  }

  #track(step: Promise<void>): void {
    const done = step.catch((error: Error) => console.error(error)).finally(() => this.#running.delete(done));
    this.#running.add(done);
  }
}
