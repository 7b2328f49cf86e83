import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Caller } from "./nas/caller.ts";
import { type SimulatedNas, startNas } from "./nas/start.ts";

let nas: SimulatedNas;
let caller: Caller;

beforeEach(async () => {
  nas = await startNas({ profile: "hero-h5.3" });
  await nas.addLun({ name: "sqldata", sizeBytes: 1 << 20, target: false });
  caller = await Caller.login(nas);
  await nas.reset();
});
afterEach(() => nas.stop());

const create = (name = "s") => caller.snapshot("create_snapshot", { lunID: 0, snapshot_name: name });
const list = () => caller.snapshot("extra_get", { LUNIndex: 0, snapshot_list: 1 });
const settled = () => expect.poll(async () => (await nas.state()).jobs).toEqual([]);

async function effects(): Promise<string[]> {
  await settled();
  return (await nas.effects()).map(({ kind }) => kind);
}

test("dropBefore: no answer, no effect; the next request passes", async () => {
  await nas.fault({ kind: "dropBefore" });
  await expect(create()).rejects.toThrow();
  expect(await effects()).toEqual([]);
  expect((await create()).result).toBe(0);
});

test("dropAfter: no answer, but the effect is there", async () => {
  await nas.fault({ kind: "dropAfter" });
  await expect(create()).rejects.toThrow();
  expect(await effects()).toEqual(["snapshot.create"]);
});

test("cut: the body ends midway, the effect is there", async () => {
  await nas.fault({ kind: "cut" });
  await expect(create()).rejects.toThrow();
  expect(await effects()).toEqual(["snapshot.create"]);
});

test("garble: a whole answer that is no XML any more, or no JSON", async () => {
  await nas.fault({ kind: "garble", times: 2 });
  expect((await create()).text).not.toMatch(/<\/QDocRoot>/);
  const path = "/api/snapmgr/v1/volumes/1/snapshots";
  const answer = await fetch(`${nas.http}${path}`, {
    method: "POST",
    headers: { sid: caller.sid },
    body: JSON.stringify({ snapshot_name: "r" }),
  });
  await expect(answer.json()).rejects.toThrow();
  expect(await effects()).toEqual(["snapshot.create", "snapshot.create"]);
});

test("http: a status of choice", async () => {
  await nas.fault({ kind: "http", status: 503 });
  expect((await create()).status).toBe(503);
  expect(await effects()).toEqual([]);
});

test("expireSession: the sid is dead at that moment", async () => {
  await nas.fault({ kind: "expireSession" });
  expect((await create()).doc.authPassed).toBe("0");
  expect((await list()).doc.authPassed).toBe("0");
});

test("busy, poolFull, snapshotLimit and any code, in the dialect of the call", async () => {
  await nas.fault({ kind: "busy" });
  expect((await create()).result).toBe(-34);
  await nas.fault({ kind: "busy", match: { func: "remove_lun" } });
  const remove = await caller.cgi("disk/iscsi_lun_setting.cgi", { func: "remove_lun", LUNIndex: 0 });
  expect(remove.result).toBe(-205041);
  await nas.fault({ kind: "poolFull" });
  expect((await create()).result).toBe(-1);
  await nas.fault({ kind: "snapshotLimit" });
  expect((await create()).result).toBe(0);
  await nas.fault({ kind: "snapshotLimit" });
  const rest = await caller.rest("POST", "snapmgr/v1/volumes/1/snapshots", { snapshot_name: "r" });
  expect(rest.error_code).toBe(-1);
  await nas.fault({ kind: "code", code: -13 });
  expect((await create()).result).toBe(-13);
  expect(await effects()).toEqual([]);
});

test("successWithoutEffect: the answer that would have been right, and nothing else", async () => {
  await nas.quirk("createResult", "id");
  await nas.fault({ kind: "successWithoutEffect" });
  expect((await create()).result).toBeGreaterThan(0);
  expect(await effects()).toEqual([]);
});

test("latency delays, hang never answers", async () => {
  await nas.fault({ kind: "latency", ms: 300 });
  const startedAt = performance.now();
  await create();
  expect(performance.now() - startedAt).toBeGreaterThan(290);
  await nas.fault({ kind: "hang" });
  const impatient = fetch(`${nas.http}/cgi-bin/disk/snapshot.cgi?func=create_snapshot`, {
    signal: AbortSignal.timeout(300),
  });
  await expect(impatient).rejects.toThrow(/timeout/);
});

describe("which requests", () => {
  test("without a match reads pass; with one, what it names is hit", async () => {
    await nas.fault({ kind: "http" });
    expect((await list()).status).toBe(200);
    expect((await create()).status).toBe(500);
    await nas.fault({ kind: "http", match: { func: "extra_get", path: "snapshot.cgi", method: "POST" } });
    expect((await caller.read({ targetList: 1 })).status).toBe(200);
    expect((await list()).status).toBe(500);
    await nas.fault({ kind: "http", match: { kindOfEffect: "snapshot.delete" } });
    expect((await create("two")).status).toBe(200);
    expect((await caller.snapshot("del_snapshot", { snapshotID: 1 })).status).toBe(500);
    await nas.fault({ kind: "http", match: { func: "login" } });
    expect((await caller.authenticate(nas.user, nas.password)).status).toBe(500);
  });

  test("skip and times count; 0 is for ever, until cleared", async () => {
    await nas.fault({ kind: "http", skip: 1, times: 2, match: { func: "extra_get" } });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await list()).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
    await nas.fault({ kind: "http", times: 0, match: {} });
    for (let i = 0; i < 3; i++) expect((await list()).status).toBe(500);
    await nas.clearFaults();
    expect((await list()).status).toBe(200);
  });

  test("an unknown kind or quirk is refused", async () => {
    await expect(nas.fault({ kind: "meteor" as "http" })).rejects.toThrow(/kind is one of/);
    await expect(nas.quirk("cdata", "sometimes")).rejects.toThrow(/mixed, always, never/);
  });
});

describe("holding", () => {
  test("before the effect: nothing has happened until it is released", async () => {
    await nas.fault({ kind: "holdBefore" });
    const answer = create();
    const [held] = await nas.holds();
    expect(held).toMatchObject({ func: "create_snapshot", path: "/cgi-bin/disk/snapshot.cgi", when: "before" });
    expect(await effects()).toEqual([]);
    await nas.release(held?.id ?? 0, "continue");
    expect((await answer).result).toBe(0);
    expect(await effects()).toEqual(["snapshot.create"]);
  });

  test("after the effect: it has happened; dropping it loses the answer", async () => {
    await nas.fault({ kind: "holdAfter" });
    const answer = expect(create()).rejects.toThrow();
    const [held] = await nas.holds();
    expect(held?.when).toBe("after");
    expect(await effects()).toEqual(["snapshot.create"]);
    await nas.release(held?.id ?? 0, "drop");
    await answer;
  });

  test("a held request keeps no other waiting, and waiting for one ends in time", async () => {
    expect(await nas.holds(50)).toEqual([]);
    await nas.fault({ kind: "holdBefore" });
    const answer = create("held");
    const [held] = await nas.holds();
    expect((await create("other")).result).toBe(0);
    await nas.release(held?.id ?? 0, "continue");
    await answer;
    await expect(nas.release(held?.id ?? 0, "drop")).rejects.toThrow(/no held request/);
  });
});

test("requests and effects are counted and stamped on one clock", async () => {
  await create();
  await list();
  await settled();
  const [request, read] = await nas.requests();
  expect(request).toMatchObject({ n: 1, method: "POST", func: "create_snapshot", result: 0, status: 200 });
  expect(read).toMatchObject({ n: 2, func: "extra_get" });
  const [effect] = await nas.effects();
  expect(effect).toMatchObject({ n: 1, kind: "snapshot.create", detail: { name: "s", lunIndex: 0 } });
  expect(effect?.atMs).toBeGreaterThan(Number(request?.inMs));
  expect(Math.abs(Number(effect?.atMs) - Date.now())).toBeLessThan(60_000);
  await nas.reset();
  expect(await nas.requests()).toEqual([]);
});

test("disabling and enabling a LUN are told apart, by CGI and by REST", async () => {
  await nas.addLun({ name: "mapped" });
  const enable = (LUNEnable: 0 | 1) =>
    caller.cgi("disk/iscsi_target_setting.cgi", { func: "edit_lun", LUNIndex: 1, targetIndex: 0, LUNEnable });
  await nas.fault({ kind: "http", match: { kindOfEffect: "target.disableLun" }, times: 0 });
  expect((await enable(1)).status).toBe(200);
  expect((await enable(0)).status).toBe(500);
  const rest = (lun_enable: boolean) => caller.rest("PUT", "iscsi/v1/targets/0/luns/1", { lun_enable });
  expect((await rest(true)).status).toBe(200);
  expect((await rest(false)).status).toBe(500);
});
