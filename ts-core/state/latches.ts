import { stat } from "node:fs/promises";
import { join } from "node:path";
import { QnapError, reasonOf } from "../errors.ts";
import { createMark, removeFile, renameFile } from "./files.ts";
import type { Secrets } from "./secrets.ts";

/**
 * Passwords that a NAS has refused, by marks that do not tell them. A NAS locks an address out after some wrong passwords, so
 * none is tried twice, whichever process asks. The presence of a file is the latch, its time is when the password was tried.
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

  /** Since when (UTC, ISO 8601) this password is latched; undefined when it is not. */
  async since(login: Login): Promise<string | undefined> {
    const file = await this.#file(login);
    return this.#unwritten.get(file) ?? (await timeOf(file));
  }

  /** Before a password is sent: takes what a latch needs of the disk. It latches nothing, so a crash costs no good password. */
  async prepare(login: Login): Promise<void> {
    await createMark(trying(await this.#file(login)));
  }

  /** The prepared latch becomes one. */
  async set(login: Login): Promise<void> {
    const file = await this.#file(login);
    this.#unwritten.set(file, new Date().toISOString());
    await renameFile(trying(file), file);
    this.#unwritten.delete(file);
  }

  /** The NAS did not refuse the password, as far as is known: what was prepared goes, a latch from before stays. */
  async unprepare(login: Login): Promise<void> {
    await removeFile(trying(await this.#file(login)));
  }

  async clear(login: Login): Promise<void> {
    const file = await this.#file(login);
    this.#unwritten.delete(file);
    await removeFile(file);
  }

  /** A NAS takes the name of a user in any case. */
  async #file({ nas, userName, password }: Login): Promise<string> {
    const mark = await this.#secrets.mark(nas.toLowerCase(), userName.toLowerCase(), password);
    return join(this.#folder, `${mark}.json`);
  }
}

export interface Login {
  nas: string;
  userName: string;
  password: string;
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
