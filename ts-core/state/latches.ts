import { stat } from "node:fs/promises";
import { join } from "node:path";
import { QnapError, reasonOf } from "../errors.ts";
import { createMark, removeFile, renameFile } from "./files.ts";
import type { Secrets } from "./secrets.ts";

/**
 * Passwords and TOTP secrets that a NAS has refused, by marks that do not tell them. A NAS locks an address out after some wrong
 * ones, so none is tried twice, whichever process asks. The presence of a file is the latch, its time is when it was tried.
 */
export class Latches {
  readonly #folder: string;
  readonly #secrets: Secrets;
  /** What could not be put on the disk holds in this process at least. */
  readonly #unwritten = new Map<string, string>();

  constructor(stateFolder: string, secrets: Secrets) {
    this.#folder = join(stateFolder, "latches");
    this.#secrets = secrets;
  }

  /** Since when (UTC, ISO 8601) this secret is latched; undefined when it is not. */
  async since(login: Login): Promise<string | undefined> {
    for (const file of await this.#files(login)) {
      const since = this.#unwritten.get(file) ?? (await timeOf(file));
      if (since !== undefined) return since;
    }
    return undefined;
  }

  /** When this secret was last prepared (UTC, ISO 8601), where that was neither taken back nor refused. */
  async tried(login: Login): Promise<string | undefined> {
    const times = await Promise.all((await this.#files(login)).map((file) => timeOf(trying(file))));
    return times
      .filter((time) => time !== undefined)
      .sort()
      .at(-1);
  }

  /** Before a secret is sent: takes what a latch needs of the disk. It latches nothing, so a crash costs no good secret. */
  async prepare(login: Login): Promise<void> {
    for (const file of await this.#files(login)) await createMark(trying(file));
  }

  /** The prepared latch becomes one. */
  async set(login: Login): Promise<void> {
    const files = await this.#files(login);
    for (const file of files) this.#unwritten.set(file, new Date().toISOString());
    for (const file of files) {
      await renameFile(trying(file), file);
      this.#unwritten.delete(file);
    }
  }

  /** The secret was not refused, as far as is known: what was prepared goes, a latch from before stays. */
  async unprepare(login: Login): Promise<void> {
    for (const file of await this.#files(login)) await removeFile(trying(file));
  }

  async clear(login: Login): Promise<void> {
    for (const file of await this.#files(login)) {
      this.#unwritten.delete(file);
      await removeFile(file);
    }
  }

  /** One for each way to tell which NAS it is. A NAS takes the name of a user in any case. */
  async #files({ nas, certificate, userName, password, totpSecret }: Login): Promise<string[]> {
    const secrets = totpSecret === undefined ? [password] : [password, totpSecret];
    const names = certificate === undefined ? [nas] : [nas, certificate];
    const marks = names.map((name) => this.#secrets.mark(name.toLowerCase(), userName.toLowerCase(), ...secrets));
    return (await Promise.all(marks)).map((mark) => join(this.#folder, `${mark}.json`));
  }
}

/** What is latched: a password, or with `totpSecret` the second step behind it. */
export interface Login {
  /** By its address. */
  nas: string;
  /** SHA-256 of its certificate: the same NAS by another address. Two NAS that show the same one count as one. */
  certificate?: string | undefined;
  userName: string;
  password: string;
  totpSecret?: string | undefined;
}

function trying(file: string): string {
  return `${file}.trying`;
}

async function timeOf(file: string): Promise<string | undefined> {
  try {
    return (await stat(file)).mtime.toISOString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new QnapError("StateUnreadable", { file, reason: reasonOf(error) }, error);
  }
}
