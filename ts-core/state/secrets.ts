import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { link, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { QnapError, reasonOf } from "../errors.ts";

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
    try {
      const bytes = Buffer.from(sealed, "base64");
      const decipher = createDecipheriv("aes-256-gcm", await this.#readKey(), bytes.subarray(0, ivBytes));
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
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

  #readKey(): Promise<Buffer> {
    this.#key ??= readOrMakeKey(this.#file);
    return this.#key;
  }
}

async function readOrMakeKey(file: string): Promise<Buffer> {
  return (await readKey(file)) ?? (await makeKey(file));
}

async function readKey(file: string): Promise<Buffer | undefined> {
  try {
    const handle = await open(file, "r");
    try {
      const key = await handle.readFile();
      if (key.length !== keyBytes)
        throw new QnapError("StateUnreadable", { file, reason: `it has ${key.length} bytes, not ${keyBytes}` });
      return key;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error instanceof QnapError
      ? error
      : new QnapError("StateUnreadable", { file, reason: reasonOf(error) }, error);
  }
}

/** Two processes may come here at once: only a whole key is ever seen, and the first one stays. */
async function makeKey(file: string): Promise<Buffer> {
  const aside = `${file}.${process.pid}.new`;
  const handle = await open(aside, "wx", 0o600);
  try {
    await handle.writeFile(randomBytes(keyBytes));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await link(aside, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(aside, { force: true });
  const key = await readKey(file);
  if (!key) throw new QnapError("StateUnreadable", { file, reason: "it vanished" });
  return key;
}
