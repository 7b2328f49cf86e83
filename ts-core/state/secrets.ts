import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { QnapError, reasonOf } from "../errors.ts";
import { createFile, replaceFile } from "./files.ts";
import { keysAreProtected, protect, unprotect } from "./protectedKey.ts";

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** Secrets kept for the machine (AES-256-GCM under a key file that only its owner can use), and marks that do not tell them. */
export class Secrets {
  readonly #file: string;
  #key: Promise<Buffer> | undefined;

  constructor(stateFolder: string) {
    this.#file = join(stateFolder, "secret.key");
  }

  async seal(plain: string): Promise<string> {
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
  await createFile(file, await protect(randomBytes(keyBytes), file));
  const made = await readKey(file);
  if (!made) throw new QnapError("StateUnreadable", { file, reason: "it vanished" });
  return made;
}

async function readKey(file: string): Promise<Buffer | undefined> {
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new QnapError("StateUnreadable", { file, reason: reasonOf(error) }, error);
  });
  if (!content) return undefined;
  const isBare = !keysAreProtected || content.length === keyBytes;
  const key = isBare ? content : await unprotect(content, file);
  if (key.length !== keyBytes)
    throw new QnapError("StateUnreadable", { file, reason: `it has ${key.length} bytes, not ${keyBytes}` });
  // Made before keys were protected.
  if (isBare && keysAreProtected) await replaceFile(file, await protect(key, file));
  return key;
}
