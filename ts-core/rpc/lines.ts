/**
 * Cuts a byte stream into lines; what the end of the stream cuts off is none. A line over the limit is dropped whole and
 * reported once; the next line is read as usual.
 */
export class LineReader {
  readonly #limitBytes: number;
  readonly #onLine: (line: string) => void;
  readonly #onTooLong: () => void;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(limitBytes: number, onLine: (line: string) => void, onTooLong: () => void) {
    this.#limitBytes = limitBytes;
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#finishLine();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > this.#limitBytes) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  #finishLine(): void {
    const tooLong = this.#length > this.#limitBytes;
    const line = tooLong ? "" : this.#text();
    this.#pieces = [];
    this.#length = 0;
    if (tooLong) this.#onTooLong();
    else if (line !== "") this.#onLine(line);
  }

  /** Trimming takes a byte order mark too, which .NET Framework may write before the first line. */
  #text(): string {
    return Buffer.concat(this.#pieces).toString("utf8").trim();
  }
}

/** JSON in ASCII only: Windows PowerShell reads a child's output in the console's code page. */
export function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
