import { isIP, type Socket } from "node:net";
import { connect, createSecureContext, getCACertificates, type SecureContext, type TLSSocket } from "node:tls";
import { QnapError, reasonOf } from "../errors.ts";

/** How the certificate of a NAS is judged. */
export type Trust = { kind: "System" } | { kind: "Pinned"; fingerprint: string } | { kind: "None" };

export interface Connection {
  socket: Socket;
  /** SHA-256 of the certificate at the other end, where it shows one. */
  certificate?: string | undefined;
}

/** A TLS connection that has been judged: not one byte of ours goes out before. */
export async function connectTls(
  nas: string,
  host: string,
  port: number,
  trust: Trust,
  timeoutMs: number,
): Promise<Connection> {
  const name = isIP(host) ? {} : { servername: host };
  const judges = trust.kind === "System" ? { secureContext: systemTrust() } : {};
  const socket = connect({ host, port, ...name, ...judges, rejectUnauthorized: false });
  await opened(socket, "secureConnect", timeoutMs);
  try {
    return { socket, certificate: judge(nas, socket, trust) };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

let trusted: SecureContext | undefined;

/** The machine's own certificate store (and NODE_EXTRA_CA_CERTS), not the list that Node brings. Read at first use: 0.2 s. */
function systemTrust(): SecureContext {
  trusted ??= createSecureContext({ ca: [...getCACertificates("system"), ...getCACertificates("extra")] });
  return trusted;
}

/** Waits until the connection stands. A clock of its own: a socket's time-out starts again with every byte, and stays with it. */
export function opened(socket: Socket, event: "connect" | "secureConnect", timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const tooLate = () => socket.destroy(new Error(`no connection within ${timeoutMs / 1000} s`));
    const timer = setTimeout(tooLate, timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once("error", fail);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off("error", fail);
      resolve();
    });
  });
}

/** Returns the certificate's fingerprint. Asked once: Node 22 gives the certificate of a connection only the first time. */
function judge(nas: string, socket: TLSSocket, trust: Trust): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (trust.kind === "None") return certificate?.fingerprint256;
  if (!certificate) throw new QnapError("NotAQnapNas", { nas, reason: "it shows no certificate" });
  const fingerprint = certificate.fingerprint256;
  if (trust.kind === "Pinned") {
    if (normalFingerprint(trust.fingerprint) === fingerprint) return fingerprint;
    throw new QnapError("CertificateMismatch", { nas, expected: normalFingerprint(trust.fingerprint), fingerprint });
  }
  if (socket.authorized) return fingerprint;
  const { validFrom, validTo, subject, issuer } = certificate;
  const details = { nas, fingerprint, validFrom, validTo, subject, issuer };
  const now = Date.now();
  if (now < Date.parse(validFrom) || now > Date.parse(validTo)) throw new QnapError("CertificateExpired", details);
  throw new QnapError("CertificateUntrusted", { ...details, reason: reasonOf(socket.authorizationError) });
}

/** Upper case, with colons, as the NAS and Windows show it. */
export function normalFingerprint(fingerprint: string): string {
  return (fingerprint.toUpperCase().replaceAll(":", "").match(/../g) ?? []).join(":");
}
