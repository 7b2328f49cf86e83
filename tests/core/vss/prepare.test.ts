/** What EndPrepareSnapshots refuses, and sets that newLunSnapshot started; over JSON lines, against the NAS simulator. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Journal, type OperationLog } from "../../../ts-core/state/journal.ts";
import { Leases } from "../../../ts-core/state/leases.ts";
import { Settings } from "../../../ts-core/state/settings.ts";
import { Intents } from "../../../ts-core/vss/intents.ts";
import { CoreProcess } from "../../coreProcess.ts";
import { autoImport, type Conversation, newGuid, ok, transportable, veto, vssLun } from "./conversation.ts";
import { makeSet } from "./coordinator.ts";
import { VssLab } from "./vssLab.ts";

let vss: VssLab;
let home: string;
let provider: Conversation;
let log: OperationLog | undefined;

beforeAll(async () => {
  vss = await VssLab.start("qts-5.2");
});
afterAll(() => vss.stop());
beforeEach(async () => {
  home = vss.home();
  provider = vss.provider(home);
  expect(
    await provider.call("AreLunsSupported", { context: transportable, luns: [vssLun(vss.naa("sqldata"))] }),
  ).toMatchObject({ supported: true });
});
afterEach(async () => {
  expect(await provider.stop()).toBe(0);
  await log?.release();
  log = undefined;
});

/** newLunSnapshot, alive in this process, that wants snapshots of these LUNs. */
async function intend(setId: string, ...luns: string[]) {
  log = await new Journal(home, new Leases(home)).begin("newLunSnapshot", { nas: ["nas01"], luns });
  const { operationId } = log;
  const [nas] = await nasRows();
  const views = await Promise.all(luns.map((name) => vss.lab.lun(name)));
  const snapshots = views.map(({ name, lunIndex, naa }) => ({
    nas: String(nas?.name),
    serial: String(nas?.serialNumber),
    lunIndex,
    lunName: name,
    naa,
    spec: { name: `QS_${name}_20260101T000000Z_${operationId}`, description: "mine", expireMinutes: 0, vital: false },
  }));
  await new Intents(home).store({ setId, operationId, snapshots });
  return { operationId, names: snapshots.map(({ spec }) => spec.name) };
}

async function nasRows() {
  const core = await CoreProcess.start(home);
  await core.rows("getLun", { name: "sqldata" });
  const rows = await core.rows("getNas");
  await core.stop();
  return rows;
}

const outcome = (setId: string) => new Intents(home).outcome(setId);
const snapshotNames = async () => (await vss.lab.nas.state()).snapshots.map(({ name }) => name);

test("a set that newLunSnapshot wants gets its names, and tells what came of it", async () => {
  const setId = newGuid();
  const { operationId, names } = await intend(setId, "sqldata", "vmstore");
  const made = await makeSet(provider, [[vss.naa("sqldata")], [vss.naa("vmstore")]], { setId });
  expect(made.failed).toBeUndefined();
  await expect.poll(snapshotNames).toEqual(names);
  const told = await outcome(setId);
  expect(told).toMatchObject({ operationId, state: "Committed" });
  expect(told?.luns.map(({ naa, failure }) => ({ naa, failure }))).toEqual([
    { naa: vss.naa("sqldata"), failure: null },
    { naa: vss.naa("vmstore"), failure: null },
  ]);
  for (const { askedMs, answeredMs } of told?.luns ?? []) {
    expect(Math.abs((askedMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(answeredMs).toBeGreaterThanOrEqual(askedMs ?? Number.POSITIVE_INFINITY);
  }
  expect(told?.frozenMs).toBeGreaterThan(0);
});

test("other LUNs than it wants are refused, and so is a set whose operation has died or withdrawn", async () => {
  const mustRefuse = async (setId: string, reason: RegExp) => {
    const { failed } = await makeSet(provider, [[vss.naa("sqldata")]], { setId });
    expect(failed).toMatchObject({
      method: "EndPrepareSnapshots",
      answer: { hr: veto, message: expect.stringMatching(reason) },
    });
  };
  const tooFew = newGuid();
  await intend(tooFew, "sqldata", "vmstore");
  await mustRefuse(tooFew, /other LUNs/);
  expect(await outcome(tooFew)).toMatchObject({
    state: "Aborted",
    luns: [{ failure: { code: "ShadowSetDiffers" } }, {}],
  });
  await log?.release();

  const other = newGuid();
  await intend(other, "vmstore");
  await mustRefuse(other, /other LUNs/);
  await log?.release();

  const dead = newGuid();
  await intend(dead, "sqldata");
  await log?.release();
  await mustRefuse(dead, /no longer alive/);

  const withdrawn = newGuid();
  const { operationId } = await intend(withdrawn, "sqldata");
  await new Intents(home).withdraw({ setId: withdrawn, operationId, snapshots: [] });
  await mustRefuse(withdrawn, /other LUNs/);
});

test("what the NAS refuses is told with its error", async () => {
  const setId = newGuid();
  await intend(setId, "sqldata");
  await vss.lab.nas.fault({ kind: "busy", match: { func: "create_snapshot" } });
  expect((await makeSet(provider, [[vss.naa("sqldata")]], { setId })).failed).toMatchObject({
    method: "CommitSnapshots",
  });
  await expect.poll(() => outcome(setId)).toMatchObject({ state: "Aborted", luns: [{ failure: { code: "NasBusy" } }] });
});

test("a set that this NAS is known to be too slow for is refused before anything is frozen", async () => {
  const [nas] = await nasRows();
  const firmware = `${nas?.family} ${nas?.firmwareVersion} build ${nas?.firmwareBuild}`;
  const found = { answerIsPointInTime: "yes", trials: 3, requestMs: 5_000 } as const;
  const about = { serialNumber: String(nas?.serialNumber), firmware, timeUtc: new Date().toISOString() };
  await new Settings(home, new Leases(home)).putMeasurement({ ...about, ...found });
  expect((await makeSet(provider, [[vss.naa("sqldata")]])).failed).toBeUndefined();
  const { failed } = await makeSet(provider, [[vss.naa("sqldata")], [vss.naa("vmstore")]]);
  const answer = { hr: veto, message: expect.stringMatching(/10 s for 2 snapshots, 1 at a time/) };
  expect(failed).toMatchObject({ method: "EndPrepareSnapshots", answer });
});

test("a LUN that somebody works on is waited for, and then refused", async () => {
  const lease = await new Leases(home).tryTake(`lun ${vss.naa("sqldata")}`, "somebody");
  const { failed } = await makeSet(provider, [[vss.naa("sqldata")]]);
  expect(failed).toMatchObject({ method: "EndPrepareSnapshots", answer: { hr: veto } });
  await lease?.release();
});

test("an imported shadow copy that would take too long to copy is not supported; a transportable one is", async () => {
  const { naa } = await vss.lab.nas.addLun({ name: "big", sizeBytes: 64 * 1024 ** 3 });
  await expect
    .poll(() => support(naa, transportable), { timeout: 30_000, interval: 6_000 })
    .toMatchObject({ hr: ok, supported: true });
  expect(await support(naa, autoImport)).toMatchObject({
    hr: ok,
    supported: false,
    message: expect.stringMatching(/64\.0 GiB.*16 GiB/),
  });
  await vss.lab.nas.removeLun("big");
});

const support = (naa: string, context: number) => provider.call("AreLunsSupported", { context, luns: [vssLun(naa)] });

test("a LUN without a snapshot slot is not supported", async () => {
  await vss.lab.nas.seedSnapshots({ lun: "neighbour", count: 256 });
  expect(await support(vss.naa("neighbour"), transportable)).toMatchObject({ hr: ok, supported: false });
});
