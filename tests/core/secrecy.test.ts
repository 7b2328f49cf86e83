import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CoreProcess, makeHome } from "../coreProcess.ts";
import { type SimulatedNas, startNas } from "../sim/nas/start.ts";
import { type SimulatedVcenter, startVcenter } from "../sim/vcenter/start.ts";
import { runRaw } from "./rawCore.ts";

const password = 'P@ss wörd+&="9/\\';
const wrongPassword = "N0t+the wörd";
const totpSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/** Every way in which a text is written on its way to a NAS or to a reader. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  const json = JSON.stringify(secret).slice(1, -1);
  const ascii = json.replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const form = new URLSearchParams({ x: secret }).toString().slice(2);
  return [
    secret,
    json,
    ascii,
    form,
    encodeURIComponent(secret),
    bytes.toString("base64"),
    bytes.toString("hex"),
    ...base64,
  ];
}

const forbidden = [password, wrongPassword, totpSecret].flatMap(formsOf);

function expectNoSecret(text: string, where: string): void {
  for (const form of forbidden) expect(text.includes(form), `${where} holds ${form}`).toBe(false);
}

function* filesBelow(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

let nas: SimulatedNas;
let vcenter: SimulatedVcenter;
beforeAll(async () => {
  nas = await startNas({ luns: "sqldata:1", password, totpSecret });
  vcenter = await startVcenter({ vms: 1, password, nas: nas.control });
});
afterAll(async () => {
  await vcenter.stop();
  await nas.stop();
});

const parameters = (more: object = {}) => ({
  name: "127.0.0.1",
  port: Number(new URL(nas.https).port),
  userName: nas.user,
  password,
  totpSecret,
  certificateFingerprint: nas.fingerprint,
  ...more,
});

const vcenterParameters = (more: object = {}) => ({
  server: "127.0.0.1",
  port: Number(new URL(vcenter.url).port),
  userName: vcenter.user,
  password,
  certificateThumbprint: vcenter.thumbprint,
  ...more,
});

test("no password and no TOTP secret in any message, log, error or file", async () => {
  const home = makeHome();
  const core = await CoreProcess.start(home);
  let told = "";
  core.child.stdout?.on("data", (data: Buffer) => {
    told += data.toString("latin1");
  });
  await core.call("setNas", parameters());
  await core.rows("getNas");
  await core.call("newLunSnapshot", { luns: [{ name: "sqldata" }], type: "Crash", description: "x" });
  await core.rows("testNas");
  const refused: Record<string, object> = {
    PasswordRefused: { password: wrongPassword },
    PasswordLatched: { password: wrongPassword },
    TwoFactorRefused: { totpSecret: undefined, oneTimePassword: "000000" },
    TwoFactorRequired: { totpSecret: undefined },
    InvalidParameter: { userName: [password], oneTimePassword: totpSecret },
    CertificateMismatch: { certificateFingerprint: "AB".repeat(32) },
    NasUnreachable: { port: 1 },
  };
  for (const [code, more] of Object.entries(refused))
    expect(await core.code("connectNas", parameters(more))).toBe(code);
  await core.call("setVMwareSetting", vcenterParameters({ includeTag: ["gold"] }));
  await core.rows("getVMwareSetting");
  await core.rows("testLun", { lun: { name: "sqldata" } });
  const refusedByVcenter: Record<string, object> = {
    VCenterPasswordRefused: { password: wrongPassword },
    VCenterPasswordLatched: { password: wrongPassword },
    VCenterCertificateMismatch: { certificateThumbprint: "AB".repeat(32) },
    VCenterUnreachable: { port: 1 },
    InvalidParameter: { userName: [password] },
  };
  for (const [code, more] of Object.entries(refusedByVcenter))
    expect(await core.code("setVMwareSetting", vcenterParameters(more))).toBe(code);
  core.write(`{"jsonrpc":"2.0","id":1,"method":"connectNas","params":${JSON.stringify(parameters())}x\n`);
  core.write(`${JSON.stringify(parameters())}\n`);
  await expect.poll(() => core.strays.length).toBe(2);
  await nas.fault({ kind: "cut", match: { path: "authLogin" } });
  expect(await core.code("connectNas", parameters())).toBe("NasNoAnswer");
  await core.stop();
  expectNoSecret(told, "the wire");

  const files = [...filesBelow(home)];
  expect(files.map((file) => file.slice(home.length + 1).split("/")[0])).toEqual(
    expect.arrayContaining(["catalogue", "journal", "latches", "secret.key", "settings.json"]),
  );
  for (const file of files) expectNoSecret(readFileSync(file, "latin1") + file, file);
  for (const file of files) expect(statSync(file).mode & 0o777, file).toBe(0o600);
});

test("nothing on standard error of a command either", async () => {
  const wrong = await runRaw(["run", "connectNas"], JSON.stringify(parameters({ password: wrongPassword })));
  expect(wrong.errors).toContain("PasswordRefused");
  const garbled = await runRaw(["run", "connectNas"], `${JSON.stringify(parameters())}}`);
  expect(garbled.errors).toContain("MalformedMessage");
  for (const { output, errors } of [wrong, garbled]) expectNoSecret(output + errors, "the command");
});

test("the NAS is sent the password in the body of a log-in and nowhere else", async () => {
  const requests = JSON.stringify((await nas.requests()).map(({ path }) => path));
  expect(requests).toContain("authLogin.cgi");
  expectNoSecret(requests, "a path");
});
