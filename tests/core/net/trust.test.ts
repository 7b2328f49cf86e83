import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HttpClient } from "../../../ts-core/net/http.ts";
import { connectTls, normalFingerprint, type Trust } from "../../../ts-core/net/trust.ts";
import { CoreProcess } from "../../coreProcess.ts";
import { startNas } from "../../sim/nas/start.ts";
import { type Issued, issue, startTlsServer } from "./tlsServer.ts";

type TlsServer = Awaited<ReturnType<typeof startTlsServer>>;

async function ask(port: number, trust: Trust, host = "127.0.0.1"): Promise<unknown> {
  const http = new HttpClient({ name: "nas01", host, port, scheme: "https", trust }, 1);
  try {
    return await http.send({ method: "POST", path: "/", body: "secret" });
  } catch (error) {
    return error;
  } finally {
    http.close();
  }
}

describe("a certificate that nobody vouches for", () => {
  let server: TlsServer;
  let issued: Issued;

  beforeAll(async () => {
    issued = await issue("nas01");
    server = await startTlsServer(issued);
  });
  afterAll(() => server.stop());

  test("is refused before a byte is sent, and the error tells what to compare", async () => {
    expect(await ask(server.port, { kind: "System" })).toMatchObject({
      code: "CertificateUntrusted",
      details: { nas: "nas01", fingerprint: issued.fingerprint, subject: "CN=nas01", issuer: "CN=nas01" },
    });
    expect(server.received()).toBe("");
  });

  test("that is not the pinned one is refused before a byte is sent", async () => {
    const other = "AB".repeat(32);
    expect(await ask(server.port, { kind: "Pinned", fingerprint: other })).toMatchObject({
      code: "CertificateMismatch",
      details: { expected: normalFingerprint(other), fingerprint: issued.fingerprint },
    });
    expect(server.received()).toBe("");
  });

  test.each([
    ["with colons", (text: string) => text],
    ["without colons", (text: string) => text.replaceAll(":", "")],
    ["in lower case", (text: string) => text.toLowerCase()],
  ])("is taken by its fingerprint %s", async (_, write) => {
    const answer = await ask(server.port, { kind: "Pinned", fingerprint: write(issued.fingerprint) });
    expect(answer).toEqual({ status: 200, text: "ok" });
  });

  test("is taken where the check is switched off", async () => {
    expect(await ask(server.port, { kind: "None" })).toEqual({ status: 200, text: "ok" });
  });

  test("is told before a byte is sent, and the request goes over the same connection", async () => {
    const pinned = { kind: "Pinned", fingerprint: issued.fingerprint } as const;
    const http = new HttpClient(
      { name: "nas01", host: "127.0.0.1", port: server.port, scheme: "https", trust: pinned },
      1,
    );
    const before = { received: server.received(), connections: server.connections() };
    expect(await http.certificate()).toBe(issued.fingerprint);
    expect(await http.certificate()).toBe(issued.fingerprint);
    expect(server.received()).toBe(before.received);
    expect(await http.send({ method: "POST", path: "/", body: "secret" })).toMatchObject({ text: "ok" });
    expect(server.connections()).toBe(before.connections + 1);
    http.close();
  });
});

test("an expired certificate is called so, with its dates; pinned, it serves", async () => {
  const dates = { notBeforeDate: new Date("2020-01-01"), notAfterDate: new Date("2021-01-01") };
  const expired = await issue("nas01", dates);
  const server = await startTlsServer(expired);
  try {
    expect(await ask(server.port, { kind: "System" })).toMatchObject({
      code: "CertificateExpired",
      message: expect.stringMatching(/2020.*2021/),
    });
    expect(server.received()).toBe("");
    expect(await ask(server.port, { kind: "Pinned", fingerprint: expired.fingerprint })).toMatchObject({ status: 200 });
  } finally {
    server.stop();
  }
});

test("a server that takes the connection and says nothing is given up in time, and told as unreachable", async () => {
  // A byte every now and then starts a socket's own time-out again: the clock must be another.
  const server = createTcpServer((socket) => {
    const drip = setInterval(() => socket.write("\x16"), 50);
    socket.on("error", () => undefined).on("close", () => clearInterval(drip));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
  try {
    const startMs = Date.now();
    await expect(connectTls("nas01", "127.0.0.1", port, { kind: "None" }, 300)).rejects.toThrow();
    expect(Date.now() - startMs).toBeLessThan(20_000);
  } finally {
    server.close();
  }
});

describe("certificates of an authority that this machine trusts", () => {
  let folder: string;
  let server: TlsServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "qnap-ca-"));
    const ca = await issue("Test CA", { isCa: true });
    await writeFile(join(folder, "ca.pem"), ca.cert);
    server = await startTlsServer(await issue("nas01", { ca, names: ["localhost"] }));
  });
  afterAll(async () => {
    server.stop();
    await rm(folder, { recursive: true });
  });

  /** Node reads NODE_EXTRA_CA_CERTS only at its start. */
  async function askInNewProcess(host: string): Promise<{ code?: string; status?: number; reason?: string }> {
    const script = `
      import { HttpClient } from ${JSON.stringify(join(import.meta.dirname, "../../../ts-core/net/http.ts"))};
      const http = new HttpClient({ name: "nas01", host: "${host}", port: ${server.port}, scheme: "https", trust: { kind: "System" } }, 1);
      const found = await http.send({ method: "GET", path: "/" }).catch(({ code, details }) => ({ code, reason: details?.reason }));
      console.log(JSON.stringify(found));`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") };
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env });
    return JSON.parse(stdout);
  }

  test("are trusted for the name that they carry", async () => {
    expect(await askInNewProcess("localhost")).toMatchObject({ status: 200 });
  });

  test("are refused for another name", async () => {
    const before = server.received();
    expect(await askInNewProcess("127.0.0.1")).toEqual({
      code: "CertificateUntrusted",
      reason: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
    expect(server.received()).toBe(before);
  });
});

test("plain HTTP has no trust: connected, stored, and in every list", async () => {
  const nas = await startNas();
  const core = await CoreProcess.start();
  const { hostname, port } = new URL(nas.http);
  const login = {
    userName: nas.user,
    password: nas.password,
    allowHttp: true,
    certificateFingerprint: nas.fingerprint,
  };
  const untrusted = { scheme: "http", trust: "None", certificateFingerprint: null };
  for (const method of ["connectNas", "setNas"])
    expect(await core.call(method, { name: hostname, port: Number(port), ...login })).toMatchObject(untrusted);
  expect(await core.rows("getNas")).toMatchObject([untrusted]);
  await core.stop();
  const next = await CoreProcess.start(core.home);
  expect(await next.rows("getNas")).toMatchObject([{ ...untrusted, connected: false }]);
  await next.stop();
  await nas.stop();
});

test("a check that is switched off is warned of each time, plain HTTP too; a trusted one is not", async () => {
  const nas = await startNas();
  const core = await CoreProcess.start();
  const fingerprints = { certificateFingerprint: undefined };
  for (let i = 0; i < 2; i++) await core.connect(nas, { ...fingerprints, skipCertificateCheck: true });
  expect(core.logs).toEqual(Array.from({ length: 2 }, () => expect.stringContaining("is not checked")));
  await core.connect(nas, { ...fingerprints, allowHttp: true, port: Number(new URL(nas.http).port) });
  expect(core.logs).toHaveLength(3);
  expect(core.logs[2]).toContain("plain HTTP");
  await core.connect(nas);
  expect(core.logs).toHaveLength(3);
  await core.stop();
  await nas.stop();
});
