/** Cuts a byte stream into lines. A line over the limit is dropped whole and reported once; the next line is read as usual. */
export class LineReader {
  readonly #limitBytes: number;
  readonly #onLine: (line: string) => void;
  readonly #onTooLong: () => void;
  #pieces: Buffer[] = [];
  #length = 0;
  #first = true;

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

  /** The stream has ended: what came without a line feed is a line too. */
  end(): void {
    if (this.#length > 0) this.#finishLine();
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

  #text(): string {
    const text = Buffer.concat(this.#pieces).toString("utf8").trim();
    const first = this.#first;
    this.#first = false;
    // .NET Framework may write a byte order mark before the first line.
    return first && text.startsWith("\uFEFF") ? text.slice(1) : text;
  }
}

/** JSON in ASCII only: Windows PowerShell reads a child's output in the console's code page. */
export function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
