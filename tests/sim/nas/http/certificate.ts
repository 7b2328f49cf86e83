import { X509Certificate } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Certificate {
  key: string;
  cert: string;
  /** SHA-256 of the DER form, upper-case hex with colons. */
  fingerprint: string;
}

/** Self-signed, as a NAS comes out of its box; kept, so that the fingerprint survives restarts. */
export async function certificate(dir: string, name: string): Promise<Certificate> {
  const file = join(dir, "certificate.json");
  const kept = await readFile(file, "utf8").catch(() => undefined);
  const { key, cert } = kept ? (JSON.parse(kept) as Certificate) : await generate(name);
  if (!kept) await writeFile(file, JSON.stringify({ key, cert }), { mode: 0o600 });
  return { key, cert, fingerprint: new X509Certificate(cert).fingerprint256 };
}

async function generate(name: string): Promise<{ key: string; cert: string }> {
  // Loaded here: it costs a third of the simulator's start, and mostly a certificate is there already.
  const { default: selfsigned } = await import("selfsigned");
  const attributes = [{ name: "commonName", value: name }];
  const notAfterDate = new Date(Date.now() + 3650 * 86_400_000);
  const pems = await selfsigned.generate(attributes, {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notAfterDate,
  });
  return { key: pems.private, cert: pems.cert };
}
