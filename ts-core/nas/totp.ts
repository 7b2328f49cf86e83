import { createHmac } from "node:crypto";

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const stepMs = 30_000;

/** RFC 6238 with SHA-1 and 30 s, as authenticator apps do it. */
export function totp(secret: string, nowMs: number, digits = 6): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / stepMs)));
  const mac = createHmac("sha1", decodeBase32(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits).padStart(digits, "0");
}

/** As a NAS shows it, it may have spaces, padding and small letters. */
export function plainBase32(text: string): string {
  return text.toUpperCase().replace(/[ =]/g, "");
}

function decodeBase32(text: string): Buffer {
  let bits = "";
  for (const letter of plainBase32(text)) bits += base32.indexOf(letter).toString(2).padStart(5, "0");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
