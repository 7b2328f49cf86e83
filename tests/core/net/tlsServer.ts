import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { generate } from "selfsigned";

export interface Issued {
  key: string;
  cert: string;
  fingerprint: string;
}

interface Wish {
  names?: string[];
  addresses?: string[];
  notAfterDate?: Date;
  notBeforeDate?: Date;
  ca?: Issued;
  isCa?: boolean;
}

export async function issue(
  commonName: string,
  { names = [], addresses = [], ca, isCa, ...dates }: Wish = {},
): Promise<Issued> {
  const altNames = [
    ...names.map((value) => ({ type: 2 as const, value })),
    ...addresses.map((ip) => ({ type: 7 as const, ip })),
  ];
  const made = await generate([{ name: "commonName", value: commonName }], {
    keyType: "ec",
    algorithm: "sha256",
    ...dates,
    ...(ca ? { ca } : {}),
    extensions: [
      { name: "basicConstraints", cA: isCa ?? false, critical: true },
      ...(isCa ? [{ name: "keyUsage" as const, keyCertSign: true, cRLSign: true }] : []),
      ...(altNames.length > 0 ? [{ name: "subjectAltName" as const, altNames }] : []),
    ],
  });
  return { key: made.private, cert: made.cert, fingerprint: new X509Certificate(made.cert).fingerprint256 };
}

/** Answers every request with "ok", and keeps what it was sent after the handshake. */
export async function startTlsServer({ key, cert }: Issued) {
  const received: Buffer[] = [];
  let connections = 0;
  const server = createServer({ key, cert }, (socket) => {
    connections++;
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      received.push(data);
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
    });
  });
  server.on("tlsClientError", () => undefined);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    received: () => Buffer.concat(received).toString("latin1"),
    connections: () => connections,
    stop: () => void server.close(),
  };
}
