import { appendFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { sizeOf } from "../state/files.ts";
import { openStateFolder } from "../state/folder.ts";

const name = "vss-provider.log";
const maxBytes = 1024 * 1024;
const maxLines = 1_000;

/** What happened, for people. Kept in memory until it may be written: volumes may be frozen. */
export class ProviderLog {
  #lines: string[] = [];

  add(text: string): void {
    this.#lines.push(`${new Date().toISOString()} ${process.pid} ${text}\n`);
    if (this.#lines.length > maxLines) this.#lines.shift();
  }

  /** Never throws: a log that cannot be written must not keep a snapshot from being taken. */
  async write(): Promise<void> {
    const lines = this.#lines.splice(0);
    if (lines.length === 0) return;
    try {
      const file = join(await openStateFolder(), name);
      if (((await sizeOf(file)) ?? 0) > maxBytes) await rename(file, `${file}.old`);
      await appendFile(file, lines.join(""), { mode: 0o600 });
    } catch {
      this.#lines = [...lines, ...this.#lines].slice(-maxLines);
    }
  }
}
