export interface Held {
  id: number;
  path: string;
  func: string;
  when: "before" | "after";
}

type Release = "continue" | "drop";

/** Requests that stand still, before or after their effect, until somebody releases them. */
export class Holds {
  readonly #held = new Map<number, { held: Held; release: (action: Release) => void }>();
  #watchers: (() => void)[] = [];
  #nextId = 1;

  hold(path: string, func: string, when: Held["when"]): Promise<Release> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#held.set(id, { held: { id, path, func, when }, release: resolve });
      for (const watcher of this.#watchers.splice(0)) watcher();
    });
  }

  /** Waits until at least one request is held, or the time is over. */
  async list(waitMs: number): Promise<Held[]> {
    if (this.#held.size === 0 && waitMs > 0) await this.#arrival(waitMs);
    return [...this.#held.values()].map(({ held }) => held);
  }

  release(id: number, action: Release): boolean {
    const entry = this.#held.get(id);
    this.#held.delete(id);
    entry?.release(action);
    return entry !== undefined;
  }

  releaseAll(): void {
    for (const id of [...this.#held.keys()]) this.release(id, "drop");
  }

  #arrival(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#watchers.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
