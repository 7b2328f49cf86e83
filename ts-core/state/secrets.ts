import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { QnapError, reasonOf } from "../errors.ts";
import { createFile } from "./files.ts";

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** Secrets kept for the machine (AES-256-GCM under a key file that only its owner may read), and marks that do not tell them. */
export class Secrets {
  readonly #file: string;
  #key: Promise<Buffer> | undefined;

  constructor(stateFolder: string) {
    this.#file = join(stateFolder, "secret.key");
  }

  async seal(plain: string): Promise<string> {
    // Windows keeps secrets by DPAPI, which the installation there brings; a bare key file would be a promise not kept.
    if (process.platform === "win32") throw new QnapError("SecretStoreMissing", { platform: process.platform });
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv("aes-256-gcm", await this.#readKey(), iv);
    const sealed = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
  }

  async unseal(sealed: string): Promise<string> {
    const key = await this.#readKey();
    try {
      const bytes = Buffer.from(sealed, "base64");
      const tag = bytes.subarray(ivBytes, ivBytes + tagBytes);
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
      decipher.setAuthTag(tag);
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString("utf8");
    } catch (error) {
      throw new QnapError(
        "StateUnreadable",
        { file: this.#file, reason: "a stored secret does not fit its key; run Set-QnapNas again" },
        error,
      );
    }
  }

  /** A name for a secret that is the same in every process and tells nothing without the key. */
  async mark(...parts: string[]): Promise<string> {
    return createHmac("sha256", await this.#readKey())
      .update(JSON.stringify(parts))
      .digest("hex");
  }

  /** A failure is told again each time, never kept: somebody may have mended it. */
  #readKey(): Promise<Buffer> {
    this.#key ??= readOrMakeKey(this.#file).catch((error: unknown) => {
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }
}

async function readOrMakeKey(file: string): Promise<Buffer> {
  const found = await readKey(file);
  if (found) return found;
  await createFile(file, randomBytes(keyBytes));
  const made = await readKey(file);
  if (!made) throw new QnapError("StateUnreadable", { file, reason: "it vanished" });
  return made;
}

async function readKey(file: string): Promise<Buffer | undefined> {
  const key = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new QnapError("StateUnreadable", { file, reason: reasonOf(error) }, error);
  });
  if (key && key.length !== keyBytes)
    throw new QnapError("StateUnreadable", { file, reason: `it has ${key.length} bytes, not ${keyBytes}` });
  return key;
}
