import { createHmac } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function decodeBase32(text: string): Buffer {
  const letters = text.toUpperCase().replace(/[\s=-]/g, "");
  const bits = letters.replace(/./g, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"));
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

/** RFC 6238 with SHA-1, six digits and thirty seconds, as authenticator apps use it. */
export function totp(secret: string, atMs: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)));
  const hash = createHmac("sha1", decodeBase32(secret)).update(counter).digest();
  const offset = (hash[19] ?? 0) & 15;
  const number = hash.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** The step before and after are accepted as well. */
export function totpMatches(secret: string, code: string, atMs: number): boolean {
  return [-30_000, 0, 30_000].some((drift) => totp(secret, atMs + drift) === code);
}
