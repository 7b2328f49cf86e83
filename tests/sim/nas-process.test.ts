import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connect } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { Caller } from "./nas/caller.ts";
import { listQuirks } from "./nas/quirks.ts";
import { type SimulatedNas, startNas } from "./nas/start.ts";

const main = fileURLToPath(new URL("nas/main.ts", import.meta.url));
let nas: SimulatedNas | undefined;
let child: ChildProcess | undefined;

afterEach(async () => {
  child?.kill("SIGKILL");
  child = undefined;
  await nas?.stop();
  nas = undefined;
});

/** Everything it prints, and how it ends. */
async function run(args: string[], end: (child: ChildProcess) => void) {
  child = spawn(process.execPath, [main, "--no-iscsi", ...args], { stdio: ["pipe", "pipe", "pipe"] });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  output.on("line", (line) => lines.push(line));
  await once(output, "line");
  end(child);
  const [code, signal] = await once(child, "exit");
  return { lines, code, signal, ready: JSON.parse(lines[0] ?? "") };
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "one line when ready, nothing after it, and %s ends it cleanly",
  async (signal) => {
    const state = mkdtempSync(join(tmpdir(), "sim-nas-"));
    const args = ["--profile", "qts-4.3.6", "--http-port", "0", "--https-port", "0", "--state", state];
    const { lines, code, ready } = await run(args, (running) => running.kill(signal));
    expect(lines).toHaveLength(1);
    expect(code).toBe(0);
    expect(ready).toMatchObject({ user: "admin", portals: [], lunOffset: 0, profile: "qts-4.3.6" });
    expect(ready.http).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(ready.https).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(ready.control).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/control$/);
    expect(ready.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  },
);

test("it ends with its input where that is asked for", async () => {
  const { code } = await run(["--exit-with-stdin"], (running) => running.stdin?.end());
  expect(code).toBe(0);
});

test("the fingerprint is the certificate's", async () => {
  nas = await startNas();
  const socket = connect({ port: Number(new URL(nas.https).port), host: "127.0.0.1", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  expect(new X509Certificate(raw).fingerprint256).toBe(nas.fingerprint);
});

test("by itself it has two LUNs of 1 GiB, each on a target of its own", async () => {
  nas = await startNas({ args: ["--luns", "sqldata:1,vmstore:1"] });
  const { luns } = await nas.state();
  expect(luns).toMatchObject([
    { name: "sqldata", sizeBytes: 2 ** 30, enabledOn: [0] },
    { name: "vmstore", sizeBytes: 2 ** 30, enabledOn: [1] },
  ]);
});

test.each([
  [["--profile", "qts-9"], /--profile is one of/],
  [["--http-port", "x"], /--http-port is a port number/],
  [["--luns", "sqldata"], /--luns is name:sizeGiB/],
  [["--luns", "sqldata:0"], /--luns is name:sizeGiB/],
  [["--totp-secret", "1!"], /--totp-secret is Base32/],
  [["--user", ""], /--user is a name/],
  [["--quirk", "cdata=odd"], /cdata is one of/],
  [["--quirk", "nonsense=on"], /unknown quirk/],
  [["--nonsense"], /nonsense/],
])("a wrong command line (%j) is told on stderr and ends with 2", async (args, message) => {
  child = spawn(process.execPath, [main, "--no-iscsi", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr?.on("data", (chunk) => (stderr += chunk));
  const [code] = await once(child, "close");
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

test.each(["-h", "--help"])("%s says what can be said", (flag) => {
  expect(execFileSync(process.execPath, [main, flag], { encoding: "utf8" })).toContain("--profile NAME");
});

const startIn = (state: string) =>
  spawnSync(process.execPath, [main, "--no-iscsi", "--state", state], { encoding: "utf8", timeout: 60_000 });

test("a second simulator on the same folder is refused, whatever it is called, and harms nothing", async () => {
  nas = await startNas({ luns: "sqldata:1" });
  const second = startIn(join(nas.stateDir, "files", ".."));
  expect(second).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("in use by another simulator"),
  });
  expect((await nas.state()).luns).toHaveLength(1);
});

test("a state that cannot be read is named and left as it is", async () => {
  const state = mkdtempSync(join(tmpdir(), "sim-nas-"));
  await writeFile(join(state, "nas.json"), '{"half');
  expect(startIn(state)).toMatchObject({ status: 2, stderr: expect.stringContaining(join(state, "nas.json")) });
  expect(await readFile(join(state, "nas.json"), "utf8")).toBe('{"half');
});

test("a restart keeps LUNs, snapshots, bytes, certificate and accounts, and drops sessions", async () => {
  nas = await startNas({ luns: "sqldata:1" });
  const caller = await Caller.login(nas);
  await nas.seedSnapshots({ lun: "sqldata", count: 1, bytes: true });
  await caller.snapshot("create_snapshot", { lunID: 0, snapshot_name: "taken" });
  await expect.poll(async () => (await nas?.state())?.snapshots).toHaveLength(2);
  const before = await nas.state();
  const { fingerprint, password, http } = nas;
  nas = await nas.restart();
  expect(nas).toMatchObject({ fingerprint, password, http });
  const after = await nas.state();
  expect(after.luns).toEqual(before.luns);
  expect(after.snapshots).toEqual(before.snapshots);
  expect(after.sessions).toEqual([]);
  expect((await caller.read({ targetList: 1 })).doc.authPassed).toBe("0");
  expect((await caller.authenticate("admin", password)).doc.authPassed).toBe("1");
});

test("killed in the midst of things it comes up again: deletes finished, half clones gone", async () => {
  nas = await startNas({ luns: "sqldata:1", quirks: { timeScale: 1 } });
  const caller = await Caller.login(nas);
  const [first, second] = await nas.seedSnapshots({ lun: "sqldata", count: 2, bytes: true });
  await caller.snapshot("del_snapshot", { snapshotID: Number(first) });
  await caller.snapshot("clone_qsnapshot", { by_lun: 1, snapshotID: Number(second), new_name: "half" });
  expect((await nas.state()).luns).toMatchObject([{}, { name: "half", status: "creating" }]);
  await nas.kill();
  nas = await startNas({ state: nas.stateDir });
  const { luns, snapshots } = await nas.state();
  expect(luns.map(({ name }) => name)).toEqual(["sqldata"]);
  expect(snapshots.map(({ snapshotId }) => snapshotId)).toEqual([second]);
});

test("a page for people lists LUNs, snapshots and sessions, whatever their names", async () => {
  nas = await startNas({ luns: "sqldata:1" });
  await nas.seedSnapshots({ lun: "sqldata", count: 2, namePrefix: "<b>" });
  await Caller.login(nas);
  const page = await (await fetch(new URL("/", nas.control))).text();
  expect(page).toContain("LUNs (1)");
  expect(page).toContain("Snapshots (2)");
  expect(page).toContain("Sessions (1)");
  expect(page).toContain("&#60;b&#62;1");
  expect(page).not.toContain(nas.password);
});

test("no secret leaves by the control API's state", async () => {
  nas = await startNas({ password: "very-secret-1", totpSecret: "GEZDGNBVGY3TQOJQ" });
  await nas.addLun({ name: "x", chap: { user: "u1", password: "chap-secret-1" } });
  expect(JSON.stringify(await nas.state())).not.toMatch(/very-secret-1|GEZDGNBVGY3TQOJQ|chap-secret-1/);
});

test("--list-quirks prints every quirk with its confidence; the documentation has the same table", async () => {
  const print = (flag: string) => execFileSync(process.execPath, [main, flag], { encoding: "utf8" });
  const printed = JSON.parse(print("--list-quirks")) as ReturnType<typeof listQuirks>;
  expect(printed).toEqual(JSON.parse(JSON.stringify(listQuirks())));
  expect(printed.every(({ confidence }) => /^(confirmed|single source|assumed)$/.test(confidence))).toBe(true);
  const documentation = await readFile(new URL("../../docs/simulator.md", import.meta.url), "utf8");
  expect(documentation).toContain(print("--quirk-table"));
});

test("a name that is taken on the network: the reason on standard error, nothing on standard output", async () => {
  const args = ["--mdns", "--name", `taken-${process.pid}`];
  nas = await startNas({ args });
  const second = spawnSync(process.execPath, [main, "--no-iscsi", ...args], { encoding: "utf8" });
  expect(second).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("is it taken?") });
});
