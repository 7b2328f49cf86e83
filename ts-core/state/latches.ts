import { rm } from "node:fs/promises";
import { join } from "node:path";
import { QnapError, reasonOf } from "../errors.ts";
import { readIfThere, replaceFile } from "./files.ts";
import type { Secrets } from "./secrets.ts";

/**
 * Passwords that a NAS has refused, by marks that do not tell them. A NAS locks an address out after some wrong passwords, so
 * none is tried twice, whichever process asks.
 */
export class Latches {
  readonly #folder: string;
  readonly #secrets: Secrets;

  constructor(stateFolder: string, secrets: Secrets) {
    this.#folder = join(stateFolder, "latches");
    this.#secrets = secrets;
  }

  /** Since when (UTC, ISO 8601) this password is latched; undefined when it is not. */
  async since(login: Login): Promise<string | undefined> {
    const file = await this.#file(login);
    const text = await readIfThere(file);
    if (text === undefined) return undefined;
    try {
      return String((JSON.parse(text) as { since: string }).since);
    } catch (error) {
      throw new QnapError("StateUnreadable", { file, reason: reasonOf(error) }, error);
    }
  }

  async set(login: Login): Promise<void> {
    const record = { since: new Date().toISOString(), nas: login.nas, user: login.userName };
    await replaceFile(await this.#file(login), JSON.stringify(record));
  }

  async clear(login: Login): Promise<void> {
    await rm(await this.#file(login), { force: true });
  }

  async #file({ nas, userName, password }: Login): Promise<string> {
    return join(this.#folder, `${await this.#secrets.mark(nas.toLowerCase(), userName, password)}.json`);
  }
}

export interface Login {
  nas: string;
  userName: string;
  password: string;
}
