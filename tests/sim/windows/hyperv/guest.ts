import { type FileHandle, open } from "node:fs/promises";
import { localFolder } from "../disks/accessPaths.ts";
import type { Host } from "../host.ts";

const everyMs = 100;

/** What runs in a VM: an application that writes numbered records to the first disk, each on the disk before the next. */
export class Guest {
  /** The last record that was acknowledged. */
  written: number;
  #handle: FileHandle | undefined;
  #busy: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  readonly #lost: () => void;

  constructor(written: number, lost: () => void) {
    this.written = written;
    this.#lost = lost;
  }

  async resume(host: Host, disk: string): Promise<void> {
    this.#handle = await open(localFolder(host, disk), "a");
    this.#timer = setInterval(() => {
      this.#busy = this.#busy.then(() => this.#write());
    }, everyMs);
  }

  /** Stands still between two records. */
  async pause(): Promise<void> {
    clearInterval(this.#timer);
    await this.#busy;
    await this.#handle?.close().catch(() => {});
    this.#handle = undefined;
  }

  async #write(): Promise<void> {
    if (!this.#handle) return;
    try {
      await this.#handle.write(`${this.written + 1}\n`);
      await this.#handle.datasync();
      this.written++;
    } catch {
      clearInterval(this.#timer);
      await this.#handle.close().catch(() => {});
      this.#handle = undefined;
      this.#lost();
    }
  }
}
