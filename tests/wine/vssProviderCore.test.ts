/** VSS (played), the provider's DLL, the packaged core under Wine and the NAS simulator over HTTPS: what is left on the NAS. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CoreProcess, makeHome } from "../coreProcess.ts";
import { Lab } from "../e2e/support/lab.ts";
import { makeVssSim, packagedProvider } from "../sim/vss/build.ts";
import { type Coordinator, contexts, type Done, startCoordinator } from "../sim/vss/coordinator.ts";
import { diskOf } from "../sim/vss/disk.ts";
import { pidsOf } from "./processes.ts";
import { windowsPath } from "./wine.ts";

const veto = 0x80042306;
let lab: Lab;
let home: string;
let coordinator: Coordinator;
let before: string[];

beforeAll(async () => {
  await makeVssSim();
  lab = await Lab.start("qts-5.2");
  home = makeHome();
  await storeNas();
  copyFileSync(join(home, "secret.key"), join(home, "secret.key.linux"));
  const naas = await lab.naas();
  const volumes = { F: [diskOf(naas.sqldata ?? "")], G: [diskOf(naas.vmstore ?? "")] };
  coordinator = await startCoordinator({ volumes }, { QNAP_SNAPSHOT_HOME: windowsPath(home) });
  before = await lab.account();
});
afterAll(async () => {
  await coordinator?.kill();
  await lab?.stop();
});

beforeEach(async () => {
  expect((await coordinator.load(packagedProvider)).hr).toBe(0);
});
afterEach(async () => {
  delete coordinator.surroundings.reach;
  delete coordinator.surroundings.rescan;
  await lab.nas.clearFaults();
  expect((await coordinator.release()).references).toBe(0);
});

async function storeNas(): Promise<void> {
  const core = await CoreProcess.start(home);
  const { https, user: userName, password, fingerprint: certificateFingerprint } = lab.nas;
  const { hostname: name, port } = new URL(https);
  await core.call("setNas", { name, port: Number(port), userName, password, certificateFingerprint });
  await core.stop();
}

const transportable = { volumes: ["F", "G"], context: contexts.transportable };
const auto = { volumes: ["F"], context: contexts.backup };
const took = ({ returned }: Done, method: string) => returned.find((each) => each.method === method)?.ms ?? Infinity;

/** What the sets that succeeded have left; everything of the others is gone once nothing is open any more. */
async function settled(): Promise<string[]> {
  await coordinator.release();
  await noCoreRuns();
  copyFileSync(join(home, "secret.key.linux"), join(home, "secret.key"));
  const core = await CoreProcess.start(home);
  const { unresolved } = await core.call<{ unresolved: number }>("repairOperation");
  expect(unresolved).toBe(0);
  await core.stop();
  await coordinator.load(packagedProvider);
  return lab.account();
}

const corePids = () => pidsOf("qnap-snapshot-core.exe", windowsPath(home));
const signalCores = (signal: NodeJS.Signals) => corePids().forEach((pid) => void process.kill(pid, signal));
const noCoreRuns = () => expect.poll(corePids, { timeout: 60_000, interval: 200 }).toEqual([]);

test("a set of two LUNs is two snapshots on the NAS", async () => {
  expect((await coordinator.call("OnLoad")).hr).toBe(0);
  expect(await coordinator.set(transportable)).toMatchObject({ hr: 0 });
  const made = (await lab.account()).filter((line) => line.startsWith("snapshot"));
  expect(made).toEqual([
    expect.stringMatching(/^snapshot QS_VSS_\w+ of sqldata$/),
    expect.stringMatching(/^snapshot QS_VSS_\w+ of vmstore$/),
  ]);
  before = await settled();
});

test("a shadow copy that VSS imports shows as a LUN named vss, and is gone afterwards", async () => {
  let shown: unknown;
  coordinator.surroundings.rescan = async (luns) => {
    shown = (await lab.nas.state()).luns.find(({ name }) => name.startsWith("vss"))?.targets;
    return luns;
  };
  expect(await coordinator.set(auto)).toMatchObject({ hr: 0 });
  expect(shown).toMatchObject([{ enabled: true }]);
  const { returned } = await coordinator.remove();
  expect(returned).toMatchObject([{ method: "FillInLunInfo" }, { method: "OnLunEmpty", hr: 0 }]);
  expect(await settled()).toEqual(before);
});

const callbacks = [
  "EndPrepareSnapshots",
  "PreCommitSnapshots",
  "CommitSnapshots",
  "PostCommitSnapshots",
  "GetTargetLuns",
];

/** A set in which something happens right before one of the callbacks; what they answered, up to the first that failed. */
async function stepByStep(at: string, happen: () => unknown): Promise<number[]> {
  const setId = `{${crypto.randomUUID().toUpperCase()}}`;
  const disks = coordinator.surroundings.volumes.F;
  const begin = { setId, snapshotId: setId, context: contexts.transportable, disks };
  expect((await coordinator.call("AreLunsSupported", begin)).supported, at).toBe(true);
  expect((await coordinator.call("BeginPrepareSnapshot", begin)).hr, at).toBe(0);
  const answers: number[] = [];
  for (const method of [...callbacks, "PreFinalCommitSnapshots", "PostFinalCommitSnapshots"]) {
    if (method === at) await happen();
    const { hr } = await coordinator.call(method, { setId, count: 1, disks });
    answers.push(hr);
    if (hr !== 0) break;
  }
  expect((await coordinator.call("AbortSnapshots", { setId })).hr, at).toBe(0);
  return answers;
}

test("a NAS that is lost in any callback: no error that VSS does not allow, and nothing is left once it is back", async () => {
  for (const method of callbacks) {
    const answers = await stepByStep(method, () => lab.nas.fault({ kind: "dropBefore", times: 0 }));
    expect([0, veto], method).toContain(answers.at(-1));
    if (method === "CommitSnapshots") expect(answers.at(-1)).toBe(veto);
    await lab.nas.clearFaults();
  }
  await stepByStep("CommitSnapshots", () =>
    lab.nas.fault({ kind: "dropAfter", match: { kindOfEffect: "snapshot.create" }, times: 1 }),
  );
  expect(await settled()).toEqual(before);
});

describe("the core", () => {
  test("is killed in any callback: vetoed, the next set succeeds, and nothing is left", async () => {
    for (const method of callbacks)
      expect((await stepByStep(method, () => signalCores("SIGKILL"))).at(-1), method).toBe(veto);
    expect(await stepByStep("none", () => undefined)).toEqual(Array(7).fill(0));
    expect(await settled()).toEqual(before);
  });

  test("hangs in CommitSnapshots: vetoed within VSS's ten seconds, and everything thaws", async () => {
    coordinator.surroundings.reach = (moment) => (moment === "Hold" ? signalCores("SIGSTOP") : undefined);
    const set = await coordinator.set(transportable);
    expect(set).toMatchObject({ hr: veto, phase: "CommitSnapshots" });
    expect(took(set, "CommitSnapshots")).toBeGreaterThan(8_400);
    expect(took(set, "CommitSnapshots")).toBeLessThan(9_500);
    expect(set.moments).toContain("Thaw");
    delete coordinator.surroundings.reach;
    expect(await settled()).toEqual(before);
  });
});

test("a NAS that takes more than eight seconds: vetoed in time, and no snapshot is left", async () => {
  await lab.nas.fault({ kind: "latency", match: { kindOfEffect: "snapshot.create" }, times: 0, ms: 9_000 });
  const set = await coordinator.set(transportable);
  expect(set).toMatchObject({ hr: veto, phase: "CommitSnapshots" });
  expect(took(set, "CommitSnapshots")).toBeLessThan(9_500);
  await lab.nas.clearFaults();
  expect(await settled()).toEqual(before);
});
