import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { State } from "./model/state.ts";

/** The model on disk: one JSON file, replaced atomically. Saves that come together are written together. */
export class Store {
  readonly #file: string;
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(dir: string) {
    this.#file = join(dir, "nas.json");
  }

  async load(): Promise<State | undefined> {
    const text = await readFile(this.#file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    return text === undefined ? undefined : this.#parse(text);
  }

  #parse(text: string): State {
    try {
      return JSON.parse(text) as State;
    } catch (error) {
      throw new Error(`${this.#file} is no state of a NAS: ${(error as Error).message}`);
    }
  }

  save(state: State): Promise<void> {
    // A write that has begun may lack the caller's change: one more follows it, for all who wait.
    this.#next ??= this.#last.then(() => {
      this.#next = undefined;
      return this.#write(state);
    });
    this.#last = this.#next.catch(() => {});
    return this.#next;
  }

  async #write(state: State): Promise<void> {
    await writeFile(`${this.#file}.new`, JSON.stringify(state));
    await rename(`${this.#file}.new`, this.#file);
  }
}
