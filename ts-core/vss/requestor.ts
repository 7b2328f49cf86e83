import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { QnapError, reasonOf } from "../errors.ts";

/** The requestor has deadlines of its own (docs/protocol.md): these are for one that does not keep them. */
const prepareMs = 18 * 60_000;
const createMs = 20 * 60_000;
/** How long a requestor may take to tell VSS that the set is given up. */
const endMs = 30_000;

export interface SetRequest {
  /** `\\?\Volume{GUID}\` */
  volumes: string[];
  /** Classes of writers that are not asked. */
  excludedWriters: string[];
  backupType: "Copy" | "Full";
  transportable: boolean;
  persistent: boolean;
}

/** What of a writer's data lies in the set, and whether it was asked to make it consistent. */
export interface WriterComponent {
  name: string;
  logicalPath: string;
  caption?: string;
  selected: boolean;
  /** Why not. */
  reason?: "PartlyElsewhere" | "RequiredElsewhere" | "NotSelectable";
  paths: string[];
  hr?: number;
  message?: string;
}

export interface Writer {
  id: string;
  name: string;
  /** Stable, WaitingForBackupComplete, FailedAtFreeze ... */
  state: string;
  hr: number;
  message?: string;
  components: WriterComponent[];
}

/** How a set ended that was told to go on. */
export interface Ending {
  event: "done" | "failed";
  hr: number;
  phase: string;
  message?: string;
  writers: Writer[];
}

interface SetEvent {
  event: "set";
  setId: string;
}

type Event = SetEvent | Ending | { event: "waiting"; message?: string };

/** One run of qnap-vss-requestor: a shadow copy set from its start to its end. */
export class Requestor {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    this.#ended = once(child, "close");
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    // It may be gone when it is told something: what it said before it went counts.
    child.stdin.on("error", () => undefined);
  }

  static async start(path: string, request: SetRequest): Promise<Requestor> {
    const child = spawn(path, [], { stdio: ["pipe", "pipe", "ignore"], windowsHide: true });
    try {
      await once(child, "spawn");
    } catch (error) {
      throw new QnapError("RequestorNotStarted", { path, reason: reasonOf(error) }, error);
    }
    const requestor = new Requestor(child);
    requestor.#send(request);
    return requestor;
  }

  /** The set's id: everything is ready, nothing is frozen. Or why VSS refuses it. */
  async prepared(signal: AbortSignal): Promise<SetEvent | Ending> {
    const event = await this.#next(prepareMs, signal);
    if (event.event === "done") throw broken("it says 'done' before it was told to go on");
    return event;
  }

  /** Freezes, has the snapshots taken, thaws. Nothing stops it any more but its own deadlines. */
  async create(): Promise<Ending> {
    this.#send({ go: true });
    const event = await this.#next(createMs);
    if (event.event === "set") throw broken("it tells a second set");
    return event;
  }

  /** Gives up what is not done, and leaves no process behind. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), endMs);
    await this.#ended;
    clearTimeout(timer);
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async #next(timeoutMs: number, signal?: AbortSignal): Promise<Exclude<Event, { event: "waiting" }>> {
    const deadline = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const { done, value } = await before(deadline, signal, this.#lines.next());
      if (done) throw broken(`it ended (${this.#child.exitCode ?? this.#child.signalCode ?? "its output was closed"})`);
      const event = parse(value);
      if (event.event !== "waiting") return event;
    }
  }
}

async function before<T>(deadline: AbortSignal, cancel: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  const heard = new AbortController();
  const either = AbortSignal.any(cancel ? [deadline, cancel] : [deadline]);
  const stopped = either.aborted ? Promise.resolve() : once(either, "abort", { signal: heard.signal });
  const late = stopped.then(() => {
    if (deadline.aborted) throw broken("it says nothing more");
    throw new QnapError("Cancelled", { state: "Nothing was frozen." });
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    heard.abort();
  }
}

function parse(line: string): Event {
  let event: Partial<Event> | null;
  try {
    event = JSON.parse(line) as Partial<Event> | null;
  } catch {
    throw broken("it says what is no JSON");
  }
  if (!isEvent(event)) throw broken(`it says '${line.slice(0, 100)}'`);
  return event;
}

function isEvent(event: Partial<Event> | null): event is Event {
  if (event?.event === "set") return typeof event.setId === "string";
  if (event?.event === "done" || event?.event === "failed")
    return typeof event.hr === "number" && typeof event.phase === "string" && Array.isArray(event.writers);
  return event?.event === "waiting";
}

function broken(reason: string): QnapError {
  return new QnapError("RequestorBroken", { reason });
}
