import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { credential, type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession({ connect: false, args: ["--mdns", "--name", "modulenas"] });
});
afterAll(() => session.stop());

test("finds a NAS that announces itself, and logs in to none", async () => {
  const found = await session.get("Find-QnapNas -TimeoutSeconds 2");
  expect(found).toContainEqual(
    expect.objectContaining({
      Name: "modulenas",
      Scheme: "http",
      Port: Number(new URL(session.nas.http).port),
      Model: expect.any(String),
    }),
  );
  expect((await session.nas.effects()).map(({ kind }) => kind)).not.toContain("session.login");
});

const announced = (scheme: string, url: string) =>
  `[pscustomobject]@{ PSTypeName = 'QnapSnapshot.NasAnnouncement'; Name = 'no-such-host'; Address = '${session.name}'; Scheme = '${scheme}'; Port = ${new URL(url).port} }`;

test("what was found is connected by its address, whether or not its name resolves", async () => {
  const fingerprint = `-CertificateFingerprint ${session.nas.fingerprint} -Credential ${credential(session.nas)}`;
  const found = announced("https", session.nas.https);
  const [nas] = await session.get(`${found} | Connect-QnapNas ${fingerprint}`);
  expect(nas).toMatchObject({ Name: session.name, Connected: true });
  const { screen } = await session.run(`${found} | Set-QnapNas ${fingerprint} -WhatIf`);
  expect(screen).toContain(`NAS '${session.name}'`);
  const named = await session.run(`${found} | Connect-QnapNas -Name other.invalid ${fingerprint}`);
  expect(named.errors).toMatchObject([{ target: "other.invalid" }]);
});

test("the plain port that was announced is not spoken TLS to; 443 is, unless plain HTTP is allowed", async () => {
  const plain = announced("http", session.nas.http);
  const { errors } = await session.run(`${plain} | Connect-QnapNas -Credential ${credential(session.nas)}`);
  expect(errors).toMatchObject([
    { id: expect.stringMatching(/^NasUnreachable/), message: expect.stringContaining(":443") },
  ]);
  const [nas] = await session.get(`${plain} | Connect-QnapNas -AllowHttp -Credential ${credential(session.nas)}`);
  expect(nas).toMatchObject({ Scheme: "http", Trust: "None", Port: Number(new URL(session.nas.http).port) });
});

test("a time that makes no sense is refused", async () => {
  const { errors } = await session.run("Find-QnapNas -TimeoutSeconds 0");
  expect(errors[0]?.id).toBe("ParameterArgumentValidationError,Find-QnapNas");
});

testExamples("Find-QnapNas", () => session);
