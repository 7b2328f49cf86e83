/** Callbacks out of order, again, of another set, or malformed; over JSON lines, against the NAS simulator. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { badState, type Conversation, newGuid, ok, transportable, veto, vssLun } from "./conversation.ts";
import { makeSet } from "./coordinator.ts";
import { VssLab } from "./vssLab.ts";

const invalidArgument = 0x80070057;
const objectNotFound = 0x80042308;
const notSupportedByProvider = 0x8004230e;
const unsupportedContext = 0x8004231b;
const tooManyVolumes = 0x80042312;

let vss: VssLab;
let provider: Conversation;
beforeAll(async () => {
  vss = await VssLab.start("qts-5.2");
  provider = vss.provider();
});
afterAll(async () => {
  await provider.stop();
  await vss.stop();
});

const sqldata = () => [vssLun(vss.naa("sqldata"))];
const begin = (setId: string, more: object = {}) =>
  provider.call("BeginPrepareSnapshot", {
    setId,
    snapshotId: newGuid(),
    context: transportable,
    luns: sqldata(),
    ...more,
  });
const step = (method: string, setId: string) => provider.call(`${method}Snapshots`, { setId });
const later = ["PreCommit", "Commit", "PostCommit", "PreFinalCommit", "PostFinalCommit"];

test("nothing of a set comes before its first callback", async () => {
  const setId = newGuid();
  for (const method of ["EndPrepare", ...later]) expect(await step(method, setId)).toMatchObject({ hr: badState });
  expect(await provider.call("GetTargetLuns", { luns: sqldata() })).toMatchObject({ hr: badState });
  expect(await step("Abort", setId)).toMatchObject({ hr: ok });
});

test("each callback waits for the one before", async () => {
  const setId = newGuid();
  expect(await begin(setId)).toMatchObject({ hr: ok });
  for (const method of later) expect(await step(method, setId)).toMatchObject({ hr: badState });
  expect(await step("EndPrepare", setId)).toMatchObject({ hr: ok });
  expect(await begin(setId)).toMatchObject({ hr: badState });
  for (const method of later.slice(1)) expect(await step(method, setId)).toMatchObject({ hr: badState });
  expect(await provider.call("GetTargetLuns", { luns: sqldata() })).toMatchObject({ hr: badState });
  expect(await step("Abort", setId)).toMatchObject({ hr: ok });
  expect(await step("PreCommit", setId)).toMatchObject({ hr: badState });
});

test("a callback that comes again gets the same answer, and does nothing twice", async () => {
  const setId = newGuid();
  const snapshotId = newGuid();
  for (let times = 0; times < 2; times++) expect(await begin(setId, { snapshotId })).toMatchObject({ hr: ok });
  for (const method of ["EndPrepare", "PreCommit", "Commit", "Commit", "PostCommit"])
    for (let times = 0; times < 2; times++) expect(await step(method, setId)).toMatchObject({ hr: ok });
  const [first, second] = [await target(), await target()];
  expect(first).toEqual(second);
  for (let times = 0; times < 2; times++) expect(await step("Abort", setId)).toMatchObject({ hr: ok });
  await expect.poll(snapshots, { timeout: 30_000 }).toEqual([]);
});

async function target() {
  return (await provider.call("GetTargetLuns", { luns: sqldata() })).targets;
}

async function snapshots() {
  return (await vss.lab.account()).filter((line) => line.startsWith("snapshot"));
}

test("a new set ends a dead one, at whichever callback that was", async () => {
  for (const last of ["Begin", "EndPrepare", "PreCommit", "Commit", "PostCommit"]) {
    const dead = newGuid();
    await begin(dead);
    for (const method of ["EndPrepare", "PreCommit", "Commit", "PostCommit"]) {
      if (last !== "Begin") expect(await step(method, dead)).toMatchObject({ hr: ok });
      if (last === method || last === "Begin") break;
    }
    const made = await makeSet(provider, [[vss.naa("sqldata")]]);
    expect(made.failed).toBeUndefined();
    expect(await step("Commit", dead)).toMatchObject({ hr: badState });
    expect(await step("Abort", made.setId)).toMatchObject({ hr: ok });
    await expect.poll(snapshots, { timeout: 60_000 }).toEqual([]);
  }
});

test("a set that failed in Commit ends itself: the next one need not wait for an abort", async () => {
  const failed = newGuid();
  await begin(failed);
  for (const method of ["EndPrepare", "PreCommit"]) expect(await step(method, failed)).toMatchObject({ hr: ok });
  await vss.lab.nas.fault({ kind: "expireSession", match: { func: "create_snapshot" } });
  expect(await step("Commit", failed)).toMatchObject({ hr: veto });
  const next = await makeSet(provider, [[vss.naa("vmstore")]]);
  expect(next.failed).toBeUndefined();
  expect(await step("Abort", next.setId)).toMatchObject({ hr: ok });
  await expect.poll(snapshots, { timeout: 30_000 }).toEqual([]);
});

test("an aborted set is gone although it had been finished", async () => {
  const { setId, failed } = await makeSet(provider, [[vss.naa("sqldata")]]);
  expect(failed).toBeUndefined();
  expect(await snapshots()).toHaveLength(1);
  expect(await step("Abort", setId)).toMatchObject({ hr: ok });
  await expect.poll(snapshots, { timeout: 30_000 }).toEqual([]);
});

test("contexts that only Windows' own copies have are not supported, without an error", async () => {
  for (const context of [0x1d, 0x40009, 0x4000000, -1]) {
    const answer = await provider.call("AreLunsSupported", { context, luns: sqldata() });
    expect(answer).toMatchObject({ hr: ok, supported: false });
    expect(await begin(newGuid(), { context })).toMatchObject({ hr: unsupportedContext });
  }
});

test("a LUN is known by its NAA alone", async () => {
  const [lun] = sqldata();
  const support = async (luns: object[]) =>
    (await provider.call("AreLunsSupported", { context: transportable, luns })).supported;
  const ids = lun?.ids ?? [];
  expect(await support([{ ...lun, vendor: "OTHER", serial: "x", ids: ids.filter(({ type }) => type === 3) }])).toBe(
    true,
  );
  expect(await support([{ ...lun, ids: ids.filter(({ type }) => type !== 3) }])).toBe(false);
  expect(await support([{ ...lun, ids: ids.map((id) => ({ ...id, association: 1 })) }])).toBe(false);
  expect(await support([{ ...lun, ids: ids.map((id) => ({ ...id, codeSet: 2 })) }])).toBe(false);
  expect(await support([lun ?? {}, vssLun(`6e843b6${"0".repeat(25)}`)])).toBe(false);
  expect(await support([])).toBe(false);
  expect(await begin(newGuid(), { luns: [{ ...lun, ids: [] }] })).toMatchObject({ hr: notSupportedByProvider });
});

test("a set has 64 volumes at most", async () => {
  const setId = newGuid();
  for (let count = 0; count < 64; count++) expect(await begin(setId)).toMatchObject({ hr: ok });
  expect(await begin(setId)).toMatchObject({ hr: tooManyVolumes });
});

test("an unknown LUN is not ours, and a transportable shadow copy is shown to nobody", async () => {
  const foreign = vssLun(`6e843b6${"1".repeat(25)}`);
  expect(await provider.call("FillInLunInfo", { devices: [null], luns: [foreign] })).toMatchObject({
    hr: ok,
    supported: false,
  });
  expect(await provider.call("OnLunEmpty", { devices: [null], luns: [foreign] })).toMatchObject({ hr: ok });
  const { targets } = await makeSet(provider, [[vss.naa("vmstore")]]);
  expect(targets).toMatchObject([{ version: 1, ids: [{ type: 1, codeSet: 2, association: 0 }] }]);
  expect(await provider.call("LocateLuns", { luns: targets })).toMatchObject({ hr: objectNotFound });
  expect(await provider.call("LocateLuns", { luns: sqldata() })).toMatchObject({ hr: objectNotFound });
});

test("what is no callback is answered as wrong where it has an id, and dropped where it has none", async () => {
  for (const line of ["{", "null", "[]", "\u0000", '"x"', '{"method":"OnLoad"}', "x".repeat(3 << 20)])
    provider.write(`${line}\n`);
  const wrong = [
    { setId: "{}" },
    { setId: 7 },
    { context: "0" },
    { luns: {} },
    { luns: [null] },
    { luns: [{ ids: [{}] }] },
  ];
  for (const fields of wrong)
    expect(await provider.call("BeginPrepareSnapshot", fields)).toMatchObject({ hr: invalidArgument });
  expect(await provider.call("BeginPrepareSnapshot", { luns: sqldata() })).toMatchObject({ hr: invalidArgument });
  for (const method of ["constructor", "ResyncLuns", ""]) expect((await provider.call(method)).hr).toBeGreaterThan(0);
  expect(await provider.call("OnUnload", { force: true })).toMatchObject({ hr: ok });
  expect(await provider.call("OnLoad")).toMatchObject({ hr: ok });
});
