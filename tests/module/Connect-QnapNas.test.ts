import { afterAll, beforeAll, expect, test } from "vitest";
import { testExamples } from "./examples.ts";
import { address, converse, credential, type ModuleSession, startSession } from "./session.ts";

let session: ModuleSession;
beforeAll(async () => {
  session = await startSession({ connect: false });
});
afterAll(() => session.stop());

const to = () => `Connect-QnapNas ${address(session.nas)} -Credential ${credential(session.nas)}`;

test("connects, pinned to the certificate", async () => {
  const [nas] = await session.get(`Connect-QnapNas ${session.login}`);
  expect(nas).toMatchObject({ Name: session.name, Connected: true, Stored: false, Trust: "Pinned", Family: "QTS" });
  expect(await session.get("(Get-QnapNas).PSTypeNames[0]")).toEqual(["QnapSnapshot.Nas"]);
});

test("an unknown certificate is refused where nobody can be asked, before the password is sent", async () => {
  await session.nas.reset();
  const { errors } = await session.run(to());
  expect(errors).toMatchObject([
    { id: "CertificateUntrusted,Connect-QnapNas", category: "SecurityError", target: session.name },
  ]);
  expect(errors[0]?.message).toContain(session.nas.fingerprint);
  expect((await session.nas.effects()).map(({ kind }) => kind)).not.toContain("session.login");
});

test.each([
  ["y", true],
  ["n", false],
  ["", false],
])("an unknown certificate is shown with its fingerprint; the answer is '%s'", async (answer, connected) => {
  const { stdout } = await converse(session, `(${to()}).Trust`, answer);
  expect(stdout.replaceAll(/\s/g, "")).toContain(session.nas.fingerprint);
  expect(stdout.includes("Pinned")).toBe(connected);
});

test("another certificate than the pinned one is never offered for acceptance", async () => {
  const { stdout, stderr } = await converse(session, `${to()} -CertificateFingerprint ${"ab".repeat(32)}`, "y");
  expect(stdout).not.toContain("Trust it?");
  expect(stderr).toContain("not the one that was pinned");
});

test("-SkipCertificateCheck connects, and warns", async () => {
  const { warnings, output } = await session.run(`${to()} -SkipCertificateCheck`);
  expect(warnings).toHaveLength(1);
  expect(output).toMatchObject([{ Trust: "None" }]);
});

test("plain HTTP needs -AllowHttp", async () => {
  const { port } = new URL(session.nas.http);
  const http = `Connect-QnapNas ${session.name} -Port ${port} -Credential ${credential(session.nas)}`;
  expect(await session.get(`(${http} -AllowHttp).Scheme`)).toEqual(["http"]);
});

test("a refused password is not sent twice, and stands in no stream", async () => {
  const wrong = `Connect-QnapNas ${address(session.nas)} -CertificateFingerprint ${session.nas.fingerprint} -Credential ${credential(session.nas, "wr0ng!secret")} -Verbose`;
  const tries = [await session.run(wrong), await session.run(wrong)];
  expect(tries.map(({ errors }) => errors[0]?.id)).toEqual([
    "PasswordRefused,Connect-QnapNas",
    "PasswordLatched,Connect-QnapNas",
  ]);
  expect(JSON.stringify(tries)).not.toContain("wr0ng!secret");
  expect((await session.nas.state()).loginFailures).toMatchObject({ "127.0.0.1": { count: 1 } });
  await session.run(`${wrong} -RetryRefusedPassword`);
  expect((await session.nas.state()).loginFailures).toMatchObject({ "127.0.0.1": { count: 2 } });
});

test("two-step verification: asked for, and computed from -TotpSecret", async () => {
  await session.nas.addUser({ name: "two", password: "two-step", admin: true, totpSecret: "JBSWY3DPEHPK3PXP" });
  const two = `Connect-QnapNas ${address(session.nas)} -CertificateFingerprint ${session.nas.fingerprint} -Credential ${credential({ ...session.nas, user: "two" }, "two-step")}`;
  expect((await session.run(two)).errors).toMatchObject([{ id: "TwoFactorRequired,Connect-QnapNas" }]);
  const [nas] = await session.get(`${two} -TotpSecret (ConvertTo-SecureString JBSWY3DPEHPK3PXP -AsPlainText -Force)`);
  expect(nas).toMatchObject({ UserName: "two", Connected: true });
});

test("nothing listens there: says so", async () => {
  const { errors } = await session.run(`Connect-QnapNas 127.0.0.1 -Port 1 -Credential ${credential(session.nas)}`);
  expect(errors).toMatchObject([{ id: "NasUnreachable,Connect-QnapNas", category: "ConnectionError" }]);
});

testExamples("Connect-QnapNas", () => session);
