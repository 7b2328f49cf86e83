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
      // Not before there is something to write: it would cost every start.
      const { appendLog } = await import("./logFile.ts");
      await appendLog(lines.join(""));
    } catch {
      this.#lines = [...lines, ...this.#lines].slice(-maxLines);
    }
  }
}
