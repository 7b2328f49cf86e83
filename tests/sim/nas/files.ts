import { execFile } from "node:child_process";
import { mkdir, open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The bytes: one sparse file for each LUN and each snapshot. */
export class Files {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = join(dir, "files");
  }

  async prepare(): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
  }

  path(name: string): string {
    return join(this.#dir, name);
  }

  async create(name: string, sizeBytes: number): Promise<void> {
    const file = await open(this.path(name), "w");
    await file.truncate(sizeBytes).finally(() => file.close());
  }

  async grow(name: string, sizeBytes: number): Promise<void> {
    const file = await open(this.path(name), "r+");
    await file.truncate(sizeBytes).finally(() => file.close());
  }

  /** A copy that shares blocks where the file system can, and keeps holes where it cannot. */
  async copy(from: string, to: string): Promise<void> {
    const { blocks, size } = await stat(this.path(from));
    if (blocks === 0) return this.create(to, size);
    await run("cp", ["--reflink=auto", "--sparse=always", this.path(from), this.path(to)]);
  }

  /** Puts old bytes back into the same file: initiators that are logged in see them change. */
  async rewrite(from: string, to: string): Promise<void> {
    const { blocks, size } = await stat(this.path(from));
    await this.grow(to, size);
    await run("fallocate", ["--punch-hole", "--offset", "0", "--length", String(size), this.path(to)]);
    if (blocks === 0) return;
    await run("dd", [`if=${this.path(from)}`, `of=${this.path(to)}`, "bs=1M", "conv=notrunc,sparse", "status=none"]);
  }

  async remove(name: string): Promise<void> {
    await rm(this.path(name), { force: true });
  }
}
