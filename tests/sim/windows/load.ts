import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { localFolder } from "./disks/accessPaths.ts";
import type { Host } from "./host.ts";

const pauseMs = 20;
const blockBytes = 4096;

/** An application that writes and syncs without end, and notes every error. */
export class Load {
  readonly path: string;
  writes = 0;
  readonly errors: string[] = [];
  #ended = false;
  readonly #done: Promise<void>;

  constructor(host: Host, path: string) {
    this.path = path;
    this.#done = this.#run(localFolder(host, path));
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#done;
  }

  async #run(file: string): Promise<void> {
    while (!this.#ended) {
      await this.#write(file).catch((error: Error) => this.errors.push(error.message));
      await sleep(pauseMs);
    }
  }

  async #write(file: string): Promise<void> {
    const handle = await open(file, "w");
    try {
      while (!this.#ended) {
        await handle.write(Buffer.alloc(blockBytes, this.writes), 0, blockBytes, 0);
        await handle.datasync();
        this.writes++;
        await sleep(pauseMs);
      }
    } finally {
      await handle.close();
    }
  }
}
