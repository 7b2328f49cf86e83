import { execFileSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CoreProcess, makeHome } from "../coreProcess.ts";
import { type SimulatedNas, startNas } from "../sim/nas/start.ts";
import { mainFile } from "./rawCore.ts";

let nas: SimulatedNas;
let core: CoreProcess;
let home: string;

beforeEach(async () => {
  nas = await startNas({ luns: "sqldata:1,sqllogs:1" });
  home = makeHome();
  core = await CoreProcess.start(home);
  await core.connect(nas);
});
afterEach(async () => {
  await core.stop();
  await nas.stop();
});

/** A core whose files cannot grow beyond so many KiB: the disk is full there. */
async function startOnFullDisk(kibibytes: number): Promise<void> {
  await core.stop();
  const limited = `ulimit -f ${kibibytes}; exec "$0" "$@"`;
  core = new CoreProcess(home, ["bash", "-c", limited, process.execPath, mainFile, "stdio"]);
  await core.call("initialize", { protocolVersion: 1 });
  await core.connect(nas);
}

const take = (description = "") =>
  core.code("newLunSnapshot", { luns: [{ name: "sqldata" }, { name: "sqllogs" }], type: "Crash", description });

async function changes(): Promise<string[]> {
  return (await nas.effects()).map(({ kind }) => kind).filter((kind) => !kind.startsWith("session."));
}

test("without a journal nothing is sent to the NAS", async () => {
  await nas.reset();
  await rm(join(home, "journal"), { recursive: true });
  expect(await take()).toBe("StateUnwritable");
  expect(await changes()).toEqual([]);
});

test("on a full disk nothing is sent to the NAS, and what was stored stays", async () => {
  const { hostname, port } = new URL(nas.https);
  const login = { name: hostname, port: Number(port), userName: nas.user, password: nas.password };
  const stored = { ...login, certificateFingerprint: nas.fingerprint };
  await core.call("setNas", stored);
  await startOnFullDisk(0);
  await nas.reset();
  expect(await take()).toBe("StateUnwritable");
  expect(await core.code("setNas", { ...stored, userName: nas.user })).toBe("StateUnwritable");
  expect(await changes()).toEqual([]);
  expect(await core.rows("getNas")).toMatchObject([{ stored: true, name: hostname }]);
  expect((await readdir(home)).filter((name) => name.endsWith(".new"))).toEqual([]);
});

test("a disk that is full in the middle of an announcement stops the write that it would have announced", async () => {
  await startOnFullDisk(1);
  await nas.reset();
  expect(await take("x".repeat(250))).toBe("StateUnwritable");
  expect(await changes()).toEqual([]);

  expect(await core.rows("getOperation")).toMatchObject([
    { state: "Failed", outcome: expect.stringContaining("nothing was changed") },
  ]);
});

test("a state folder that became unsafe serves no new core", async () => {
  execFileSync("chmod", ["777", home]);
  const other = await CoreProcess.start(home);
  expect(await other.code("getNas")).toBe("StateFolderUnsafe");
  execFileSync("chmod", ["700", home]);
  expect(await other.code("getNas")).toBe("no error");
  await other.stop();
});
