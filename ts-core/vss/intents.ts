import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { catalogue, type ErrorCode, type ErrorDetails, QnapError, reasonOf } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { PlannedSnapshot } from "../snapshots/snapshotSet.ts";
import { lineOf, readLines, removeFile, replaceFile } from "../state/files.ts";

/** What a shadow copy set is for: stored under its id before VSS is told to go on, read by the provider. */
export interface Intent {
  setId: string;
  operationId: string;
  /** Exactly the LUNs of the set. None: it was withdrawn, and the provider refuses the set. */
  snapshots: PlannedSnapshot[];
}

/** How the NAS took it; times of the provider's monotonic clock. */
export interface LunOutcome {
  naa: string;
  askedMs: number | null;
  answeredMs: number | null;
  /** Null: it said yes. */
  failure: LunFailure | null;
}

export interface LunFailure {
  code: ErrorCode | "Unconfirmed";
  message: string;
  details: ErrorDetails;
}

/** What came of a set, stored by the provider once the volumes are no longer held. */
export interface Outcome {
  setId: string;
  operationId: string;
  state: "Committed" | "Aborted";
  luns: LunOutcome[];
  skewMs: number;
  frozenMs: number;
}

type Dated<T> = T & { at: string };

/** A set is created within some minutes, or VSS gives it up. */
const intentMs = 30 * 60_000;
/** What nobody fetched until then never will be. */
const keptMs = 24 * 3600 * 1000;

/** Where newLunSnapshot and the VSS provider, two processes, meet: a file each way per set, named by the set's id. */
export class Intents {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "vss");
  }

  /** Returns when it is on the disk. */
  async store(intent: Intent): Promise<void> {
    await this.#prune();
    await this.#write(intent, "intent");
  }

  /** Undefined: the set is another program's. One that is damaged, of another set, or too old is an error, and the set is refused. */
  async read(setId: string): Promise<Intent | undefined> {
    const intent = await this.#read<Intent>(setId, "intent");
    if (intent && Date.parse(intent.at) + intentMs < Date.now())
      throw unreadable(this.#file(setId, "intent"), `it is of ${intent.at}, too old to be used`);
    return intent;
  }

  /** The sets of an operation that a provider may still come to. */
  async of(operationId: string): Promise<Dated<Intent>[]> {
    const found = await Promise.all((await this.#setIds("intent")).map((id) => this.#read<Intent>(id, "intent")));
    return found.flatMap((intent) => (intent?.operationId === operationId ? [intent] : []));
  }

  /** From here on a provider that has not read it refuses the set. */
  async withdraw(intent: Intent): Promise<void> {
    await this.#write({ ...intent, snapshots: [] }, "intent");
  }

  async storeOutcome(outcome: Outcome): Promise<void> {
    await this.#write(outcome, "outcome");
  }

  async outcome(setId: string): Promise<Outcome | undefined> {
    return this.#read<Outcome>(setId, "outcome");
  }

  /** Once everything it told stands in journal and catalogue. */
  async remove(setId: string): Promise<void> {
    await removeFile(this.#file(setId, "intent"));
    await removeFile(this.#file(setId, "outcome"));
  }

  async #write(content: Intent | Outcome, kind: Kind): Promise<void> {
    await replaceFile(this.#file(content.setId, kind), lineOf({ at: new Date().toISOString(), ...content }));
  }

  async #read<T extends Intent | Outcome>(setId: string, kind: Kind): Promise<Dated<T> | undefined> {
    const file = this.#file(setId, kind);
    const [content, ...more] = await readLines<Partial<Dated<T>> | null>(file);
    if (content === undefined) return undefined;
    const rows = kind === "intent" ? (content as Partial<Intent>)?.snapshots : (content as Partial<Outcome>)?.luns;
    const whole = more.length === 0 && typeof content?.operationId === "string" && Array.isArray(rows);
    if (!whole || Number.isNaN(Date.parse(content?.at ?? ""))) throw unreadable(file, `it holds no ${kind}`);
    if (plain(content?.setId ?? "") !== plain(setId)) throw unreadable(file, "it is of another set");
    return content as Dated<T>;
  }

  async #setIds(kind: Kind): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      throw unreadable(this.#folder, reasonOf(error));
    });
    return names.filter((name) => name.endsWith(suffixes[kind])).map((name) => name.slice(0, -suffixes[kind].length));
  }

  async #prune(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const found = await stat(join(this.#folder, name)).catch(() => undefined);
      if (found && found.mtimeMs + keptMs < Date.now()) await removeFile(join(this.#folder, name));
    }
  }

  #file(setId: string, kind: Kind): string {
    return join(this.#folder, plain(setId) + suffixes[kind]);
  }
}

type Kind = "intent" | "outcome";
const suffixes = { intent: ".intent.json", outcome: ".outcome.json" };

/** Another process says it: it must not name a file elsewhere. */
function plain(setId: string): string {
  const id = setId.toLowerCase().replace(/^\{|\}$/g, "");
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
    throw new QnapError("Internal", { reason: `'${setId}' is no id of a shadow copy set` });
  return id;
}

function unreadable(file: string, reason: string): QnapError {
  return new QnapError("StateUnreadable", { file, reason });
}

export function failureOf(error: unknown): LunFailure {
  if (error instanceof Unconfirmed)
    return { code: "Unconfirmed", message: error.message, details: { call: error.call } };
  const { code, details } = error instanceof QnapError ? error : { code: "Internal" as const, details: {} };
  return { code, message: reasonOf(error), details };
}

/** The provider's error once more, as if the NAS had been asked from here. A code that is not known counts as no answer. */
export function errorOf({ code, message, details }: LunFailure): Error {
  if (code in catalogue) return new QnapError(code as ErrorCode, code === "Internal" ? { reason: message } : details);
  return new Unconfirmed(String(details?.call ?? "create snapshot"), message);
}
