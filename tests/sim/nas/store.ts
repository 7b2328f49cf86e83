import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { State } from "./model/state.ts";

/** The model on disk: one JSON file, replaced atomically. Saves that come together are written together. */
export class Store {
  readonly #file: string;
  readonly #dir: string;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(dir: string) {
    this.#dir = dir;
    this.#file = join(dir, "nas.json");
  }

  async load(): Promise<State | undefined> {
    await mkdir(this.#dir, { recursive: true });
    const text = await readFile(this.#file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    return text === undefined ? undefined : (JSON.parse(text) as State);
  }

  save(state: State): Promise<void> {
    if (!this.#writing) return this.#start(state);
    // What is being written may lack the caller's change: one more write follows, for all who wait.
    this.#next ??= this.#writing.then(() => {
      this.#next = undefined;
      return this.#start(state);
    });
    return this.#next;
  }

  #start(state: State): Promise<void> {
    this.#writing = this.#write(state).finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(state: State): Promise<void> {
    await writeFile(`${this.#file}.new`, JSON.stringify(state));
    await rename(`${this.#file}.new`, this.#file);
  }
}
