/** What the packaged Windows core keeps for the machine, under Wine: by DPAPI, through the program beside it. */
import { chmodSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Latches } from "../../ts-core/state/latches.ts";
import { Secrets } from "../../ts-core/state/secrets.ts";
import { protocolVersion } from "../../ts-core/version.ts";
import { type SimulatedNas, startNas } from "../sim/nas/start.ts";
import { type SimulatedVcenter, startVcenter } from "../sim/vcenter/start.ts";
import { prefix, prepareWine, startWindowsCore, type WindowsCore, windowsCore, windowsPath } from "../wine/wine.ts";

const password = "p@ss#NeverKept1";
let nas: SimulatedNas;
let vcenter: SimulatedVcenter;
let home: string;
let core: WindowsCore | undefined;

beforeAll(async () => {
  await prepareWine();
  nas = await startNas({ luns: "vmware1:1", password });
  vcenter = await startVcenter({ vms: 1, nas: nas.control, password });
});
afterAll(async () => {
  await vcenter?.stop();
  await nas?.stop();
});

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "qnap-wine-"));
});
afterEach(async () => {
  await core?.end();
  rmSync(home, { recursive: true });
});

/** A new core on the same state, in place of the one before. */
async function start(env: Record<string, string> = { QNAP_SNAPSHOT_HOME: windowsPath(home) }, program = windowsCore) {
  await core?.end();
  core = await startWindowsCore(["stdio"], env, program);
  await core.request("initialize", { protocolVersion });
  return core;
}

const nasLogin = () => ({
  name: "127.0.0.1",
  port: Number(new URL(nas.https).port),
  userName: nas.user,
  password,
  certificateFingerprint: nas.fingerprint,
});
const vcenterLogin = () => ({
  server: "127.0.0.1",
  port: Number(new URL(vcenter.url).port),
  userName: vcenter.user,
  password,
  certificateThumbprint: vcenter.thumbprint,
});
const keyFile = () => join(home, "secret.key");

test("a NAS and a vCenter that one process stored are opened by the next, and no file shows a password", async () => {
  const first = await start();
  expect((await first.request("setNas", nasLogin())).error).toBeUndefined();
  expect((await first.request("setVMwareSetting", vcenterLogin())).error).toBeUndefined();

  const second = await start();
  const lun = { name: "vmware1" };
  const { result: taken } = await second.request("newLunSnapshot", { luns: [lun], type: "Crash" });
  expect(taken).toMatchObject({ snapshots: [{ lunName: "vmware1", consistency: "Crash" }] });
  // An application-consistent one would ask Windows' own PowerShell too, which Wine has not.
  const { snapshots } = taken as { snapshots: { name: string }[] };
  const mount = { snapshot: { lun, name: snapshots[0]?.name }, vmHost: "esx1.sim", planOnly: true };
  const { error, result: plan } = await second.request("mountLunSnapshot", mount);
  expect(error).toBeUndefined();
  expect(plan).toMatchObject({ steps: expect.arrayContaining([expect.objectContaining({ changes: true })]) });

  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(["secret.key", "settings.json"]));
  for (const { name, parentPath } of files)
    for (const shown of [password, Buffer.from(password).toString("base64"), Buffer.from(password, "utf16le")])
      expect(readFileSync(join(parentPath, name)).includes(shown), name).toBe(false);
});

test("a key from before keys were protected serves on, and is protected from then on", async () => {
  for (const name of ["journal", "catalogue", "latches"]) mkdirSync(join(home, name));
  const wrong = { ...nasLogin(), password: "wr0ng" };
  const latched = { ...wrong, nas: `${wrong.name}:${wrong.port}` };
  const latches = new Latches(home, new Secrets(home));
  await latches.prepare(latched);
  await latches.set(latched);
  const bare = readFileSync(keyFile());
  expect(bare).toHaveLength(32);

  // The second time from the file that the first one left.
  for (let time = 0; time < 2; time++) {
    expect((await (await start()).request("connectNas", wrong)).error?.data.code).toBe("PasswordLatched");
    expect(readFileSync(keyFile()).length).toBeGreaterThan(100);
    expect(readFileSync(keyFile()).includes(bare)).toBe(false);
  }
});

test("processes that make the key at once make one", async () => {
  const cores = await Promise.all(
    [1, 2].map(() => startWindowsCore(["stdio"], { QNAP_SNAPSHOT_HOME: windowsPath(home) })),
  );
  const connect = async (one: WindowsCore) => {
    await one.request("initialize", { protocolVersion });
    return (await one.request("connectNas", nasLogin())).error;
  };
  expect(await Promise.all(cores.map(connect))).toEqual([undefined, undefined]);
  await Promise.all(cores.map((one) => one.end()));
  expect(readdirSync(home).filter((name) => name.startsWith("secret"))).toEqual(["secret.key"]);
  expect((await (await start()).request("connectNas", nasLogin())).error).toBeUndefined();
});

test("a key that Windows does not open is told, with what to do, and left as it is", async () => {
  await (await start()).request("setNas", nasLogin());
  const damaged = readFileSync(keyFile()).map((byte, at) => (at > 150 ? byte ^ 1 : byte));
  writeFileSync(keyFile(), damaged);
  const { error } = await (await start()).request("setNas", nasLogin());
  expect(error).toMatchObject({
    data: { code: "SecretKeyForeign" },
    message: expect.stringMatching(/secret\.key: CryptUnprotectData: Windows error \d+.*Set-QnapVMwareSetting/),
  });
  expect(readFileSync(keyFile()).equals(damaged)).toBe(true);
});

test("without the program beside the core nothing is stored, and the error names it", async () => {
  const folder = mkdtempSync(join(dirname(prefix), "alone-"));
  const alone = join(folder, "core.exe");
  linkSync(windowsCore, alone);
  const { error } = await (await start(undefined, alone)).request("setNas", nasLogin());
  expect(error).toMatchObject({
    data: { code: "SecretToolMissing" },
    message: expect.stringContaining("qnap-snapshot-dpapi.exe"),
  });
  expect(readdirSync(home)).not.toContain("settings.json");
  await core?.end();
  rmSync(folder, { recursive: true });
});

describe("in the machine's folder", () => {
  const machines = join(prefix, "drive_c/ProgramData/QnapSnapshot");
  beforeEach(() => mkdirSync(machines, { mode: 0o700 }));
  afterEach(() => rmSync(machines, { recursive: true }));

  test("the key is kept while the folder keeps others out, and refused as soon as it does not", async () => {
    expect((await (await start({})).request("setNas", nasLogin())).error).toBeUndefined();
    expect(readdirSync(machines)).toEqual(expect.arrayContaining(["secret.key", "settings.json"]));
    const listed = { luns: [{ name: "vmware1" }], type: "Crash" };
    expect((await (await start({})).request("newLunSnapshot", listed)).error).toBeUndefined();

    chmodSync(machines, 0o755);
    const { error } = await (await start({})).request("newLunSnapshot", listed);
    expect(error).toMatchObject(unsafe);
  });

  test("nothing that lies in a folder of others is believed, secret or not, and nothing is put into it", async () => {
    chmodSync(machines, 0o755);
    expect((await (await start({})).request("getOperation", {})).error).toMatchObject(unsafe);
    expect(readdirSync(machines)).toEqual([]);
  });

  const unsafe = {
    data: { code: "StateFolderUnsafe" },
    message: expect.stringContaining("accounts other than SYSTEM and Administrators may use it"),
  };
});
