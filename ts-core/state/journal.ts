import { randomBytes } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isCode, QnapError, reasonOf } from "../errors.ts";
import type { Operation } from "../model.ts";
import { appendLine, readLines, readWholeLines, removeFile } from "./files.ts";
import type { Lease, Leases } from "./leases.ts";

/** What is done to LUNs and snapshots. Each kind has one file in snapshots/ that does it and knows how to recover it. */
export type OperationKind =
  | "newLunSnapshot"
  | "removeLunSnapshot"
  | "restoreLunSnapshot"
  | "newLunClone"
  | "removeLunClone"
  | "mountLunSnapshot"
  | "dismountLunSnapshot"
  | "vssShadowCopy"
  | "testNas";
export type EndState = "Completed" | "Undone" | "Failed";

/** One line of a journal. `begin` is the first, `end` the last (a later one tells more); between them whatever the operation must remember. */
export interface JournalEntry {
  at: string;
  event: string;
  [key: string]: unknown;
}

export interface BeginEntry extends JournalEntry {
  event: "begin";
  operationId: string;
  kind: OperationKind;
  nas: string[];
  luns: string[];
}

/** How long an operation that has ended stays in Get-QnapOperation. */
const keptMs = 90 * 24 * 3600 * 1000;

/** One append-only file per operation; each line is on the disk before the effect that it announces. */
export class Journal {
  readonly #folder: string;
  readonly #leases: Leases;

  constructor(stateFolder: string, leases: Leases) {
    this.#folder = join(stateFolder, "journal");
    this.#leases = leases;
  }

  async begin(kind: OperationKind, about: { nas: string[]; luns: string[] }): Promise<OperationLog> {
    const operationId = newOperationId();
    const lease = await this.#leases.tryTake(
      leaseName(operationId),
      `operation ${operationId}, process ${process.pid}`,
    );
    if (!lease) throw new QnapError("Internal", { reason: "an operation id was given twice" });
    const log = new OperationLog(operationId, this.#file(operationId), lease, []);
    try {
      await log.add("begin", { operationId, kind, nas: unique(about.nas), luns: unique(about.luns) });
      return log;
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /** Opens an unfinished operation for recovery; undefined when another process is still at it. */
  async resume(operationId: string): Promise<OperationLog | undefined> {
    const lease = await this.#leases.tryTake(
      leaseName(operationId),
      `recovery of ${operationId}, process ${process.pid}`,
    );
    if (!lease) return undefined;
    const file = this.#file(operationId);
    try {
      return new OperationLog(operationId, file, lease, await readEntries(file));
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /** What can be read of an operation, in whoever's hands it is; `damage` says why it is not everything. */
  async read(operationId: string): Promise<{ entries: JournalEntry[]; damage?: QnapError }> {
    const file = this.#file(operationId);
    try {
      return { entries: await readEntries(file) };
    } catch (damage) {
      if (!isCode(damage, "StateUnreadable")) throw damage;
      return { entries: (await readWholeLines(file).catch((): unknown[] => [])).filter(isEntry), damage };
    }
  }

  /** Newest first. */
  async *list(): AsyncGenerator<Operation> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      throw new QnapError("StateUnreadable", { file: this.#folder, reason: reasonOf(error) }, error);
    });
    const ids = names.filter((name) => name.endsWith(".jsonl")).map((name) => name.slice(0, -6));
    for (const id of ids.sort().reverse()) {
      const found = await this.describe(id);
      if (found) yield found;
    }
  }

  /** A journal that cannot be read is told as such: it must not hide the others, and nobody can act on it. */
  async describe(operationId: string): Promise<Operation | undefined> {
    // What a user types as an id must not name a file elsewhere.
    if (!/^[0-9a-z]{1,32}$/.test(operationId)) return undefined;
    const { entries, damage } = await this.read(operationId);
    if (damage) return damaged(operationId, this.#file(operationId), entries, damage);
    const begin = entries[0] as BeginEntry | undefined;
    return begin && this.#summary(begin, entries);
  }

  async #summary({ operationId, kind, nas, luns, at }: BeginEntry, entries: JournalEntry[]): Promise<Operation> {
    const end = entries.findLast(({ event }) => event === "end");
    const state =
      (end?.state as EndState | undefined) ??
      ((await this.#leases.holder(leaseName(operationId))) ? "Running" : "Interrupted");
    return {
      operationId,
      kind,
      state,
      nas,
      luns,
      startTimeUtc: at,
      endTimeUtc: end?.at ?? null,
      outcome: (end?.outcome as string | undefined) ?? null,
    };
  }

  /** Forgets what ended long ago. What has not ended is never forgotten. */
  async prune(now = Date.now()): Promise<void> {
    for await (const { operationId, endTimeUtc } of this.list()) {
      if (endTimeUtc !== null && Date.parse(endTimeUtc) + keptMs < now) await removeFile(this.#file(operationId));
    }
  }

  #file(operationId: string): string {
    return join(this.#folder, `${operationId}.jsonl`);
  }
}

/** The journal of one operation; whoever has it holds the operation's lease. */
export class OperationLog {
  readonly operationId: string;
  readonly entries: JournalEntry[];
  readonly #file: string;
  readonly #lease: Lease;

  constructor(operationId: string, file: string, lease: Lease, entries: JournalEntry[]) {
    this.operationId = operationId;
    this.#file = file;
    this.#lease = lease;
    this.entries = entries;
  }

  /** Returns when the line is on the disk. */
  async add(event: string, data: object = {}): Promise<void> {
    const entry: JournalEntry = { at: new Date().toISOString(), event, ...data };
    await appendLine(this.#file, entry);
    this.entries.push(entry);
  }

  async end(state: EndState, outcome: string): Promise<void> {
    await this.add("end", { state, outcome });
  }

  /** Whether a write was announced: from then on something may have been changed. */
  get announced(): boolean {
    return this.entries.some(({ event }) => event !== "begin" && event !== "plan");
  }

  get ended(): boolean {
    return this.entries.some(({ event }) => event === "end");
  }

  last<T extends object>(event: string): (JournalEntry & T) | undefined {
    return this.entries.findLast((entry) => entry.event === event) as (JournalEntry & T) | undefined;
  }

  all<T extends object>(event: string): (JournalEntry & T)[] {
    return this.entries.filter((entry) => entry.event === event) as (JournalEntry & T)[];
  }

  release(): Promise<void> {
    return this.#lease.release();
  }
}

async function readEntries(file: string): Promise<JournalEntry[]> {
  const entries = await readLines<unknown>(file);
  const wrong = entries.findIndex((entry, index) => !isEntry(entry) || (entry.event === "begin") !== (index === 0));
  if (wrong >= 0)
    throw new QnapError("StateUnreadable", { file, reason: `line ${wrong + 1}: it is no entry of a journal` });
  return entries as JournalEntry[];
}

function isEntry(value: unknown): value is JournalEntry {
  const { at, event } = (value ?? {}) as Partial<JournalEntry>;
  return typeof event === "string" && typeof at === "string" && isTime(at);
}

/** As toISOString writes it; how late an answer may still come is reckoned from it. */
function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** What the whole lines of a damaged journal still tell. The file was made when the operation began. */
async function damaged(
  operationId: string,
  file: string,
  entries: JournalEntry[],
  damage: QnapError,
): Promise<Operation> {
  const made = await stat(file).catch(() => undefined);
  const begin = entries.find((entry): entry is BeginEntry => entry.event === "begin");
  return {
    operationId,
    kind: begin?.kind ?? "unknown",
    state: "Interrupted",
    nas: begin?.nas ?? [],
    luns: begin?.luns ?? [],
    startTimeUtc: begin?.at ?? (made?.birthtime ?? new Date(0)).toISOString(),
    endTimeUtc: null,
    outcome: `Its journal ${file} cannot be read, so nothing of it is touched: ${reasonOf(damage)}`,
  };
}

function leaseName(operationId: string): string {
  return `operation ${operationId}`;
}

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

const timeLetters = 9;
const randomLetters = 3;

/** Sorts by time (milliseconds), then chance: short enough to stand in a snapshot's name. */
export function newOperationId(now = Date.now()): string {
  let rest = now;
  let id = "";
  for (let i = 0; i < timeLetters; i++) {
    id = alphabet[rest % 32] + id;
    rest = Math.floor(rest / 32);
  }
  for (const byte of randomBytes(randomLetters)) id += alphabet[byte % 32];
  return id;
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}
