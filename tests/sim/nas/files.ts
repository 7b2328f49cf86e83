import { execFile } from "node:child_process";
import { mkdir, rm, stat, truncate, writeFile } from "node:fs/promises";
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
    await writeFile(this.path(name), "");
    await truncate(this.path(name), sizeBytes);
  }

  async grow(name: string, sizeBytes: number): Promise<void> {
    await truncate(this.path(name), sizeBytes);
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
    const copy = [`if=${this.path(from)}`, `of=${this.path(to)}`, "bs=1M", "conv=notrunc,sparse", "status=none"];
    // Read past the page cache: the holes of a sparse file cost seconds otherwise. Not every file system can.
    await run("dd", [...copy, "iflag=direct"]).catch(() => run("dd", copy));
  }

  async remove(name: string): Promise<void> {
    await rm(this.path(name), { force: true });
  }
}
