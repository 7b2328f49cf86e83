import { open, readFile } from "node:fs/promises";
import { afterEach, expect, test } from "vitest";
import { Caller } from "./nas/caller.ts";
import type { ProfileName } from "./nas/profiles.ts";
import { type NasOptions, type SimulatedNas, startNas } from "./nas/start.ts";

let nas: SimulatedNas;
afterEach(() => nas.stop());

async function start(profile: ProfileName = "hero-h5.3", options: NasOptions = {}): Promise<Caller> {
  nas = await startNas({ profile, luns: "sqldata:1", ...options });
  return Caller.login(nas, nas.https);
}

const settled = () => expect.poll(async () => (await nas.state()).jobs).toEqual([]);
const snapshots = "snapmgr/v1/volumes/1/snapshots";

async function take(caller: Caller, name: string): Promise<number> {
  await caller.rest("POST", snapshots, { snapshot_name: name, snapshot_description: "", vital: 1, expire_min: 0 });
  await settled();
  const row = (await caller.rest("GET", snapshots)).collection.find((other) => other.snapshot_name === name);
  return Number(row?.snapshot_id);
}

test("lists come in one envelope, single objects in another", async () => {
  const caller = await start();
  const luns = await caller.rest("GET", "iscsi/v1/luns");
  expect(luns).toMatchObject({ status: 200, error_code: 0, error_message: "Success" });
  expect(luns.collection).toMatchObject([
    { lun_index: 0, lun_name: "sqldata", mapped: true, blkdev_name: "zpool1/zfs1" },
  ]);
  expect(luns.collection[0]?.lun_naa).toMatch(/^6e843b6[0-9a-f]{25}$/);
  expect((await caller.rest("GET", "iscsi/v1/service")).single).toMatchObject({ max_lun_cnt: 255 });
  expect((await caller.rest("GET", "storage/v1/volumes/1")).single).toMatchObject({ volume_type: 3, lun_index: 0 });
  const [pool] = (await caller.rest("GET", "storage/v1/pools")).collection;
  expect(pool).toMatchObject({ pool_id: 1, capacity: { allocated_bytes: 0 } });
});

test("only the header sid counts; a dead one is HTTP 200 and -22", async () => {
  const caller = await start();
  const dead = { status: 200, error_code: -22, error_message: "sid is invalid." };
  const { sid } = caller;
  caller.sid = "";
  expect(await caller.rest("GET", `iscsi/v1/luns?sid=${sid}`)).toMatchObject(dead);
  caller.sid = sid;
  expect((await caller.rest("GET", "iscsi/v1/luns")).error_code).toBe(0);
  await nas.expireSessions();
  expect(await caller.rest("GET", "iscsi/v1/luns")).toMatchObject(dead);
});

test("QTS and wrong paths have no REST", async () => {
  const caller = await start();
  expect((await caller.rest("GET", "iscsi/v1/nothing")).status).toBe(404);
  expect((await caller.get("/cgi-bin/api/iscsi/v1/luns")).status).toBe(404);
  await nas.stop();
  const qts = await start("qts-5.2");
  expect((await qts.rest("GET", "iscsi/v1/luns")).status).toBe(404);
});

test("snapshots: made, listed by volume, deleted after a while", async () => {
  const caller = await start();
  const id = await take(caller, "first");
  const [row] = (await caller.rest("GET", snapshots)).collection;
  expect(row).toMatchObject({ vital: 1, instant_clone_source: false, advance: { instant_clone_name: "" } });
  expect(row?.create_time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  expect((await caller.rest("DELETE", `snapmgr/v1/snapshots/${id}`)).error_code).toBe(0);
  await expect.poll(async () => (await caller.rest("GET", snapshots)).collection).toEqual([]);
  expect((await caller.rest("DELETE", `snapmgr/v1/snapshots/${id}`)).error_code).toBe(-206021);
});

test("recovery forks, brings bytes back and destroys what is newer", async () => {
  const caller = await start();
  const file = (await nas.state()).luns[0]?.file ?? "";
  const write = async (text: string) => {
    const handle = await open(file, "r+");
    await handle.write(text, 8192);
    await handle.close();
  };
  await write("old");
  const id = await take(caller, "one");
  await write("new");
  await take(caller, "two");
  const answer = await caller.rest("POST", `snapmgr/v1/snapshots/${id}/recovery?stop=false&save_key=false`);
  expect(answer.single).toEqual({ fork: 1 });
  const running = (await caller.rest("GET", "snapmgr/v1/system/background/jobs")).collection;
  expect(running).toMatchObject([{ type: "snapshot.recover", id }]);
  await settled();
  expect((await readFile(file)).toString("latin1", 8192, 8195)).toBe("old");
  expect((await caller.rest("GET", snapshots)).collection.map((row) => row.snapshot_name)).toEqual(["one"]);
});

test("a clone on a newer snapshot forbids recovery and says which", async () => {
  const caller = await start();
  const one = await take(caller, "one");
  const two = await take(caller, "two");
  await caller.snapshot("instant_clone_qsnapshot", { by_lun: 1, snapshotID: two, new_name: "fast", poolID: 1 });
  await settled();
  expect((await caller.rest("GET", snapshots)).collection[1]).toMatchObject({
    instant_clone_source: true,
    advance: { instant_clone_name: "fast" },
  });
  const refused = await caller.rest("POST", `snapmgr/v1/snapshots/${one}/recovery`);
  expect(refused).toMatchObject({ error_code: -619, error_data: { cloned_snapshots: "two" } });
  expect((await caller.rest("DELETE", `snapmgr/v1/snapshots/${two}`)).error_code).toBe(0);
  await settled();
  expect((await caller.rest("GET", snapshots)).collection).toHaveLength(2);
});

test("a volume is created with its LUN, asynchronously, and grown by reshaping only", async () => {
  const caller = await start();
  const body = { label: "fresh", type: "zvol", pool_id: 1, capacity: 1 << 20, provision_type: "thin", threshold: 80 };
  const made = await caller.rest("POST", "storage/v1/volumes", { ...body, iscsi: { create_lun: true } });
  const volume = `storage/v1/volumes/${Number(made.single.volume_id)}`;
  expect((await caller.rest("GET", volume)).single).toMatchObject({ creating: true, lun_index: -1 });
  const whole = async () => (await caller.rest("GET", volume)).single;
  await expect.poll(whole).toMatchObject({ creating: false, lun_index: 1 });
  await caller.rest("PUT", "iscsi/v1/luns/1", { lun_capacity: 7 });
  expect((await caller.rest("GET", "iscsi/v1/luns")).collection[1]).toMatchObject({ lun_capacity: 7 });
  expect((await caller.rest("GET", volume)).single).toMatchObject({ size: { total: 1 << 20 } });
  await caller.rest("PUT", `${volume}/reshaping`, { capacity: 1 << 21, iscsi: { update_lun: true } });
  expect((await caller.rest("GET", volume)).single).toMatchObject({ size: { total: 1 << 21 } });
  await caller.rest("PUT", `${volume}/label`, { label: "renamed", iscsi: { update_lun: true } });
  expect((await caller.rest("GET", "iscsi/v1/luns")).collection[1]).toMatchObject({ lun_name: "renamed" });
});

test("a volume goes only unmapped and without snapshots; -14 means mapped, -618 cloned", async () => {
  const caller = await start();
  const id = await take(caller, "one");
  const remove = () => caller.rest("DELETE", "storage/v1/volumes/1");
  expect(await remove()).toMatchObject({ error_code: -14, error_message: "Failed to unmount volume" });
  await caller.rest("DELETE", "iscsi/v1/targets/0/luns/0");
  expect((await remove()).error_code).toBe(-1);
  await caller.snapshot("instant_clone_qsnapshot", { by_lun: 1, snapshotID: id, new_name: "fast", poolID: 1 });
  await settled();
  expect((await remove()).error_code).toBe(-618);
  await caller.rest("DELETE", "storage/v1/volumes/2");
  await caller.rest("DELETE", `snapmgr/v1/snapshots/${id}`);
  await settled();
  expect((await remove()).error_code).toBe(0);
  expect((await nas.state()).luns).toEqual([]);
});

test("a LUN removed first orphans its volume, until a LUN is registered again", async () => {
  const caller = await start();
  await caller.rest("DELETE", "iscsi/v1/targets/0/luns/0");
  await caller.rest("DELETE", "iscsi/v1/luns/0");
  await settled();
  expect((await caller.rest("GET", "storage/v1/volumes/1")).single).toMatchObject({ lun_index: -1 });
  expect((await caller.rest("DELETE", "storage/v1/volumes/1")).error_code).toBe(-1);
  const bogus = await caller.rest("POST", "iscsi/v1/luns", { lun_name: "x", blkdev_name: "zpool1/none" });
  expect(bogus.error_code).toBe(0);
  expect((await nas.state()).luns).toEqual([]);
  await caller.rest("POST", "iscsi/v1/luns", { lun_name: "sqldata", blkdev_name: "zpool1/zfs1" });
  expect((await caller.rest("DELETE", "storage/v1/volumes/1")).error_code).toBe(0);
});

test("h6: target with CHAP, mapping without enabling, enabling, empty bodies", async () => {
  const caller = await start("hero-h6.0");
  await nas.addLun({ name: "data", target: false });
  const { targetIQNPrefix, targetIQNPostfix } = (await caller.read({ iSCSI_portal: 1 })).doc.iSCSIPortal as {
    targetIQNPrefix: string;
    targetIQNPostfix: string;
  };
  const everybody = "iqn.2004-04.com.qnap:all:iscsi.default.ffffff";
  const chap = {
    init_iqn: everybody,
    global_chap: 2,
    chap_enable: true,
    chap_user_name: "u1",
    chap_passwd: "twelve-chars",
  };
  const iqn = `${targetIQNPrefix}mine${targetIQNPostfix}`;
  const made = await caller.rest("POST", "iscsi/v1/targets", { target_iqn: iqn, target_init_info: [chap] });
  expect(made.single).toEqual({ target_index: 1 });
  const mapped = await caller.rest("POST", "iscsi/v1/targets/1/luns/1");
  expect(mapped).toMatchObject({ status: 200, text: "" });
  const row = async () => (await caller.rest("GET", "iscsi/v1/targets")).collection[1];
  expect(await row()).toMatchObject({ luns: [{ lun_index: 1, lun_number: 0, lun_enable: false }] });
  await caller.rest("PUT", "iscsi/v1/targets/1/luns/1", { lun_enable: true });
  expect(await row()).toMatchObject({ luns: [{ lun_enable: true }], target_init_info: [{ chap_enable: true }] });
  await caller.rest("PUT", "iscsi/v1/targets/1/acls/1", { chap_enable: false });
  await caller.rest("DELETE", "iscsi/v1/targets/1");
  expect((await caller.rest("GET", "iscsi/v1/targets")).collection).toHaveLength(1);
});

test("a volume larger than any product's LUN is a bad parameter", async () => {
  const caller = await start();
  const zvol = { label: "wide", type: "zvol", pool_id: 1, provision_type: "thin", iscsi: { create_lun: true } };
  expect((await caller.rest("POST", "storage/v1/volumes", { ...zvol, capacity: 1e15 + 2 ** 30 })).error_code).toBe(-13);
  const { status } = await caller.rest("POST", "storage/v1/volumes", { ...zvol, capacity: 1e15 - 2 ** 30 });
  expect(status).toBe(200);
  const { luns, volumes } = await nas.state();
  expect(volumes).toHaveLength(luns.length);
});
