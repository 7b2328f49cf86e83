import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * An application that keeps what it has acknowledged in its own memory for a while, as databases do: numbered records, one a line.
 * Frozen, it has written everything and acknowledges nothing.
 */
export class Recorder {
  readonly #file: string;
  #pending: string[] = [];
  #frozen = false;
  #stopped = false;
  #running: Promise<void>;
  /** The last number that it promised to keep. */
  acknowledged = 0;
  /** What it had promised when it was frozen last. */
  acknowledgedAtFreeze = 0;

  constructor(file: string) {
    this.#file = file;
    this.#running = this.#run();
  }

  async freeze(): Promise<void> {
    this.#frozen = true;
    await this.#write();
    this.acknowledgedAtFreeze = this.acknowledged;
  }

  thaw(): Promise<void> {
    this.#frozen = false;
    return Promise.resolve();
  }

  /** Promised, and nowhere but in memory. */
  get pending(): number {
    return this.#pending.length;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (; !this.#stopped; await sleep(2)) {
      if (this.#frozen) continue;
      this.acknowledged++;
      this.#pending.push(`record ${this.acknowledged}\n`);
    }
  }

  async #write(): Promise<void> {
    const text = this.#pending.join("");
    this.#pending = [];
    const handle = await open(this.#file, "a");
    await handle.writeFile(text);
    await handle.close();
  }
}
