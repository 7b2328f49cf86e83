import type { Quirks } from "../quirks.ts";

/** A queue in which `limit()` jobs run at once, in order of arrival. */
export class Turnstile {
  readonly #limit: () => number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limit: () => number) {
    this.#limit = limit;
  }

  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await job();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

/** What a NAS does one after the other: all changes; where it can take several snapshots at once, these apart. */
export interface Turns {
  changes: Turnstile;
  snapshots: Turnstile;
}

export function createTurns(quirks: Quirks): Turns {
  return {
    changes: new Turnstile(() => 1),
    snapshots: new Turnstile(() => Math.max(1, quirks.get("parallelSnapshots"))),
  };
}
