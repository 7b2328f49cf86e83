interface Waiting {
  host: string;
  go(): void;
}

/** At most so many at a time: over a whole vCenter, and on each host. Who comes first goes first, unless its host is full. */
export class Slots {
  readonly #total: number;
  readonly #perHost: number;
  readonly #taken = new Map<string, number>();
  readonly #queue: Waiting[] = [];
  #inUse = 0;

  constructor(total: number, perHost: number) {
    this.#total = total;
    this.#perHost = perHost;
  }

  /** How many wait for room. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Does the work when there is room for it. Rejects with the signal's reason when that comes first. */
  async within<T>(host: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    await this.#enter(host, signal);
    try {
      return await work();
    } finally {
      this.#leave(host);
    }
  }

  #enter(host: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      const waiting: Waiting = {
        host,
        go: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      this.#queue.push(waiting);
      if (signal?.aborted) return stop();
      signal?.addEventListener("abort", stop, { once: true });
      this.#admit();
    });
  }

  #leave(host: string): void {
    this.#inUse--;
    this.#taken.set(host, this.#on(host) - 1);
    this.#admit();
  }

  #admit(): void {
    while (this.#inUse < this.#total) {
      const next = this.#queue.findIndex(({ host }) => this.#on(host) < this.#perHost);
      const [admitted] = next < 0 ? [] : this.#queue.splice(next, 1);
      if (admitted === undefined) return;
      this.#inUse++;
      this.#taken.set(admitted.host, this.#on(admitted.host) + 1);
      admitted.go();
    }
  }

  #on(host: string): number {
    return this.#taken.get(host) ?? 0;
  }
}
