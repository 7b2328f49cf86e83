import { stat } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { Caller, rows } from "./nas/caller.ts";
import type { ProfileName } from "./nas/profiles.ts";
import { type NasOptions, type SimulatedNas, startNas } from "./nas/start.ts";

let nas: SimulatedNas;
afterEach(() => nas.stop());

async function start(profile: ProfileName, options: NasOptions = {}): Promise<Caller> {
  nas = await startNas({ profile, luns: "sqldata:1,vmstore:2", ...options });
  return Caller.login(nas);
}

const lun = (caller: Caller, func: string, parameters: Record<string, string | number>) =>
  caller.cgi("disk/iscsi_lun_setting.cgi", { func, ...parameters });
const target = (caller: Caller, func: string, parameters: Record<string, string | number>) =>
  caller.cgi("disk/iscsi_target_setting.cgi", { func, ...parameters });
const newLun = { FileIO: "no", LUNThinAllocate: 1, LUNCapacity: 3, LUNSectorSize: 512, poolID: 1 };

async function lunRow(caller: Caller, index: number): Promise<Record<string, string> | undefined> {
  return rows((await caller.read({ lun_info: 1, lunID: index })).doc.LUNInfo)[0];
}

describe("lists", () => {
  test.each(["qts-4.3.6", "qes-2.1"] as const)("%s knows lunList with every field", async (profile) => {
    const caller = await start(profile);
    const { doc, result } = await caller.read({ lunList: 1 });
    const luns = rows(doc.iSCSILUNList, "LUNInfo");
    expect(luns.map((row) => row.LUNName)).toEqual(["sqldata", "vmstore"]);
    expect(luns[1]).toMatchObject({ LUNIndex: "1", LUNStatus: "2", capacity_bytes: "2147483648" });
    expect(luns[1]?.LUNNAA).toMatch(/^6e843b6[0-9a-f]{25}$/);
    expect(result).toBe(0);
    expect(luns[1]).toMatchObject({ virtual_disk_name: "", virtual_based: "0", VolumeBase: "no" });
    const other = await caller.read({ extra_lun_index: 1 });
    expect(other.result).toBeUndefined();
    expect(other.doc).not.toHaveProperty("LUNInfo");
  });

  test.each(["qts-5.1", "qts-5.2", "hero-h5.3", "hero-h6.0"] as const)("%s has a short list", async (profile) => {
    const caller = await start(profile);
    const { doc, result } = await caller.read({ extra_lun_index: 1 });
    const luns = rows(doc.LUNInfo);
    expect(luns.map((row) => row.LUNName)).toEqual(["sqldata", "vmstore"]);
    expect(luns[0]).not.toHaveProperty("capacity_bytes");
    expect(result).toBe(0);
    expect((await caller.read({ lunList: 1 })).result).toBeUndefined();
    expect(await lunRow(caller, 1)).toMatchObject({ LUNName: "vmstore", LUNSectorSize: "512" });
  });

  test("an empty NAS gives an empty list with result 0", async () => {
    const caller = await start("qts-5.2", { luns: "" });
    const { doc, result } = await caller.read({ extra_lun_index: 1 });
    expect(rows(doc.LUNInfo)).toEqual([]);
    expect(result).toBe(0);
  });

  test("lunList on the other CGI is refused on hero", async () => {
    const caller = await start("hero-h5.3");
    const answer = await lun(caller, "extra_get", { lunList: 1 });
    expect(answer).toMatchObject({ result: -1, doc: { errorcode: "-22" } });
  });

  test("get_all has everything, and on 5.2 a status that means something else", async () => {
    const caller = await start("qts-5.2");
    const { doc } = await caller.cgi("disk/iscsi_portal_setting.cgi", { func: "get_all" });
    expect(doc.iSCSIPortal).toMatchObject({ bServiceEnable: "1" });
    expect(rows(doc.iSCSITargetList, "targetInfo")).toHaveLength(2);
    expect(rows(doc.iSCSILUNList, "LUNInfo")[0]).toMatchObject({ LUNStatus: "0" });
  });

  test("shapes: mixed CDATA, line feed in the capacity, several roots, wrapped IQN", async () => {
    const caller = await start("qts-5.2");
    const { text } = await caller.read({ lun_info: 1, lunID: 0 });
    expect(text).toContain("<LUNCapacity><![CDATA[1 GB\n]]></LUNCapacity>");
    expect(text).toContain("<capacity_bytes>1073741824</capacity_bytes>");
    await nas.quirk("multiRoot", "on");
    await nas.quirk("iqnWhitespace", "on");
    const several = await caller.read({ targetList: 1 });
    expect(several.text).not.toContain("QDocRoot");
    expect(several.result).toBe(0);
    expect(rows(several.doc.iSCSITargetList, "targetInfo")[0]?.targetIQN).toMatch(/\n/);
  });

  test("the portal names prefix and postfix of every IQN; old firmware gives no result", async () => {
    const caller = await start("qts-4.3.6");
    const { doc, result } = await caller.read({ iSCSI_portal: 1 });
    const { targetIQNPrefix, targetIQNPostfix } = doc.iSCSIPortal as Record<string, string>;
    expect(result).toBeUndefined();
    const { text } = await caller.read({ targetInfo: 1, targetIndex: 0, ha_sync: 1 });
    expect(text).toContain(`<targetIQN active="1"><![CDATA[${targetIQNPrefix}sqldata${targetIQNPostfix}]]>`);
  });
});

describe("LUNs", () => {
  test("a new LUN is busy, then ready without NAA, then complete", async () => {
    const caller = await start("qts-5.2", { quirks: { createLunMs: 50_000, naaDelayMs: 50_000 } });
    const { result } = await lun(caller, "add_lun", { ...newLun, LUNName: "fresh", LUNPath: "fresh" });
    expect(result).toBe(2);
    expect(await lunRow(caller, 2)).toMatchObject({ LUNName: "fresh", LUNStatus: "0", LUNNAA: "" });
    await expect.poll(() => lunRow(caller, 2)).toMatchObject({ LUNStatus: "1", LUNNAA: "" });
    await expect.poll(async () => (await lunRow(caller, 2))?.LUNNAA).toHaveLength(32);
    const file = (await nas.state()).luns[2]?.file ?? "";
    expect((await stat(file)).size).toBe(3 * 2 ** 30);
  });

  test("removal: refused while mapped, then asynchronous, then the index is given out again", async () => {
    const caller = await start("qts-5.2");
    const remove = () => lun(caller, "remove_lun", { LUNIndex: 0, run_background: 1, ha_sync: 1 });
    expect((await remove()).result).toBe(-34);
    await target(caller, "edit_lun", { LUNIndex: 0, targetIndex: 0, LUNEnable: 0 });
    await target(caller, "remove_lun", { LUNIndex: 0, targetIndex: 0 });
    expect((await remove()).result).toBe(0);
    expect(await lunRow(caller, 0)).toMatchObject({ LUNStatus: "-1", isRemoving: "1" });
    await expect.poll(async () => (await caller.read({ lun_info: 1, lunID: 0 })).result).toBe(-1);
    expect((await lun(caller, "add_lun", { ...newLun, LUNName: "other" })).result).toBe(0);
  });

  test.each([
    ["qts-4.3.6", 0],
    ["qts-5.2", -1],
  ] as const)("%s: removing an index that does not exist answers %i", async (profile, expected) => {
    const caller = await start(profile);
    expect((await lun(caller, "remove_lun", { LUNIndex: 99 })).result).toBe(expected);
  });

  test("QES says that the dataset is busy once, then removes", async () => {
    const caller = await start("qes-2.1");
    await target(caller, "remove_lun", { LUNIndex: 0, targetIndex: 0 });
    expect((await lun(caller, "remove_lun", { LUNIndex: 0 })).result).toBe(-205041);
    expect((await lun(caller, "remove_lun", { LUNIndex: 0 })).result).toBe(0);
  });

  test("QuTScloud shows a ghost of a removed index", async () => {
    const caller = await start("qutscloud");
    await nas.removeLun("sqldata");
    const { doc, result } = await caller.read({ lun_info: 1, lunID: 0 });
    expect(result).toBe(0);
    expect(rows(doc.LUNInfo)[0]).toMatchObject({ LUNName: "", capacity_bytes: "0", LUNStatus: "-2" });
    expect((await caller.read({ lun_info: 1, lunID: 50 })).result).toBe(-1);
  });

  test("a duplicate name crashes the CGI on 4.3.6 and is refused on 5.2; nothing is made", async () => {
    const old = await start("qts-4.3.6");
    await expect(lun(old, "add_lun", { ...newLun, LUNName: "sqldata" })).rejects.toThrow();
    expect((await nas.state()).luns).toHaveLength(2);
    await nas.stop();
    const recent = await start("qts-5.2");
    expect((await lun(recent, "add_lun", { ...newLun, LUNName: "sqldata" })).result).toBe(-22);
  });

  test.each([
    { LUNSectorSize: 1000 },
    { LUNSectorSize: "" },
    { LUNCapacity: 999_999_999 },
    { LUNCapacity: 0 },
    { LUNCapacity: "1.5" },
  ])("what no product has is a bad parameter, and nothing is made: %j", async (odd) => {
    const caller = await start("qts-4.3.6");
    expect((await lun(caller, "add_lun", { ...newLun, LUNName: "odd", ...odd })).result).toBe(-13);
    expect((await nas.state()).volumes).toHaveLength(2);
  });

  test("where the host cannot hold the file, the pool is full and no volume without LUN is left", async () => {
    const caller = await start("qts-4.3.6");
    const { status, result } = await lun(caller, "add_lun", { ...newLun, LUNName: "wide", LUNCapacity: 200_000 });
    expect(status).toBe(200);
    const { luns, volumes } = await nas.state();
    expect(luns.some(({ name }) => name === "wide")).toBe(result !== -1);
    expect(volumes).toHaveLength(luns.length);
  });

  test("editing takes the whole description: it grows and renames, and never shrinks", async () => {
    const caller = await start("qts-5.2");
    const whole = { LUNIndex: 0, LUNName: "sql2", LUNPath: "sql2", LUNStatus: 2, LUNThinAllocate: 1 };
    expect((await lun(caller, "edit_lun", { ...whole, LUNCapacity: 4 })).result).toBe(0);
    expect(await lunRow(caller, 0)).toMatchObject({ LUNName: "sql2", capacity_bytes: String(4 * 2 ** 30) });
    expect((await lun(caller, "edit_lun", { ...whole, LUNCapacity: 1 })).result).toBe(-13);
  });

  test("hero h6 refuses every changing CGI call and still reads", async () => {
    const caller = await start("hero-h6.0");
    expect((await lun(caller, "add_lun", { ...newLun, LUNName: "x" })).result).toBe(-1);
    expect((await caller.snapshot("create_snapshot", { lunID: 0, snapshot_name: "x" })).result).toBe(-1);
    expect((await target(caller, "add_target", { targetName: "x" })).result).toBe(-1);
    expect(await nas.effects()).toMatchObject([{ kind: "session.login" }]);
    expect(await lunRow(caller, 0)).toMatchObject({ LUNName: "sqldata" });
  });

  test("pools: thick LUNs take their size, an unknown pool is -1, a full one refuses", async () => {
    const caller = await start("qts-4.3.6");
    const pool = (parameters: Record<string, string | number>) =>
      caller.cgi("disk/disk_manage.cgi", { func: "extra_get", ...parameters });
    await lun(caller, "add_lun", { ...newLun, LUNName: "thick", LUNThinAllocate: 0 });
    const { doc } = await pool({ Pool_Info: 1, poolID: 1, store: "poolInfo" });
    expect(rows(doc.Pool_Index)[0]).toMatchObject({ pool_status: "0", allocated_bytes: String(3 * 2 ** 30) });
    expect((await pool({ Pool_Subs: 1, poolID: 1 })).doc.PoolSubscription).toMatchObject({
      thinLUNTotal: String(3 * 2 ** 30),
    });
    expect((await pool({ Pool_Info: 1, poolID: 7 })).result).toBe(-1);
    const volumes = rows((await pool({ extra_vol_index: 1, store: "lvList" })).doc.Volume_Index);
    expect(volumes.map((row) => row.LUNIndex)).toEqual(["0", "1", "2"]);
    const huge = await lun(caller, "add_lun", { ...newLun, LUNName: "huge", LUNThinAllocate: 0, LUNCapacity: 4096 });
    expect(huge.result).toBe(-1);
  });

  test("5.2.9 has no pool calls, but volumes", async () => {
    const caller = await start("qts-5.2");
    const disk = (selector: string) =>
      caller.cgi("disk/disk_manage.cgi", { func: "extra_get", [selector]: 1, poolID: 1 });
    expect((await disk("Pool_Info")).status).toBe(404);
    expect((await disk("extra_vol_index")).status).toBe(200);
  });
});

describe("targets", () => {
  test("target, mapping, enabling and their results, start to end", async () => {
    // A second: a busy machine would else see the IQN before it has asked.
    const caller = await start("qts-4.3.6", { luns: "", quirks: { iqnDelayMs: 50_000 } });
    const add = { targetName: "T1", targetAlias: "T1", bTargetClusterEnable: 1 };
    expect((await target(caller, "add_target", add)).result).toBe(0);
    expect((await target(caller, "add_target", add)).result).toBe(1);
    const list = async () => rows((await caller.read({ targetList: 1 })).doc.iSCSITargetList, "targetInfo");
    expect(JSON.stringify((await list())[0]?.targetIQN)).not.toContain("iqn.");
    await expect.poll(async () => JSON.stringify(await list())).toContain("iscsi.t1.");

    await nas.addLun({ name: "data", target: false });
    expect((await target(caller, "add_lun", { LUNIndex: 0, targetIndex: 1 })).result).toBe(0);
    expect(await lunRow(caller, 0)).toMatchObject({
      LUNStatus: "2",
      LUNEnable: "1",
      LUNTargetList: { row: { targetIndex: "1", LUNNumber: "0", LUNEnable: "1" } },
    });
    await target(caller, "edit_lun", { LUNIndex: 0, targetIndex: 1, LUNEnable: 0 });
    expect(await lunRow(caller, 0)).toMatchObject({ LUNEnable: "0" });
    expect((await target(caller, "remove_lun", { LUNIndex: 0, targetIndex: 1 })).result).toBe(0);
    expect((await target(caller, "remove_target", { targetIndex: 1 })).result).toBe(1);
    const kinds = (await nas.effects()).map(({ kind }) => kind);
    expect(kinds.slice(-4)).toEqual(["target.map", "target.disableLun", "target.unmap", "target.remove"]);
  });

  test("QES answers 0 to the removal of any target, 5.2 its index to a mapping", async () => {
    const qes = await start("qes-2.1");
    expect((await target(qes, "remove_target", { targetIndex: 1 })).result).toBe(0);
    await nas.stop();
    const qts = await start("qts-5.2");
    expect((await target(qts, "edit_lun", { LUNIndex: 1, targetIndex: 1, LUNEnable: 0 })).result).toBe(1);
  });

  test("digests are set when a target is made and when it is edited", async () => {
    const caller = await start("qts-5.2");
    const digests = async () => rows((await caller.read({ targetInfo: 1, targetIndex: 2 })).doc.targetInfo)[0];
    await target(caller, "add_target", { targetName: "t", bTargetDataDigest: 1, bTargetHeaderDigest: 0 });
    expect(await digests()).toMatchObject({ bTargetDataDigest: "1", bTargetHeaderDigest: "0" });
    await target(caller, "edit_target", { targetIndex: 2, bTargetDataDigest: 0, bTargetHeaderDigest: 1 });
    expect(await digests()).toMatchObject({ bTargetDataDigest: "0", bTargetHeaderDigest: "1" });
  });

  test("a target can be switched off and on by a command in targetStatus", async () => {
    const caller = await start("qts-5.2");
    const status = async () =>
      rows((await caller.read({ targetInfo: 1, targetIndex: 0 })).doc.targetInfo)[0]?.targetStatus;
    await target(caller, "edit_target", { targetIndex: 0, targetName: "sqldata", targetStatus: -1 });
    expect(await status()).toBe("-1");
    await target(caller, "edit_target", { targetIndex: 0, targetName: "sqldata", targetStatus: 0 });
    expect(await status()).toBe("0");
  });

  test("the access list: default policy, hosts by IQN, CHAP with its rules, secrets never shown", async () => {
    const caller = await start("qts-5.2");
    const info = async () => (await caller.read({ targetInfo: 1, targetIndex: 0 })).text;
    const targetIQN = (await nas.state()).targets[0]?.iqn ?? "";
    const everybody = "iqn.2004-04.com.qnap:all:iscsi.default.ffffff";
    expect(await info()).toContain(everybody);

    const chap = { bCHAPEnable: 1, CHAPUserName: "host1", CHAPPasswd: "twelve-chars" };
    const byIndex = { targetIndex: 0, initiatorIndex: 0 };
    expect((await target(caller, "edit_init", { ...byIndex, ...chap, CHAPPasswd: "short" })).result).toBe(-13);
    expect((await target(caller, "edit_init", { ...byIndex, ...chap })).result).toBe(0);
    expect(await info()).toContain("<bCHAPEnable>1</bCHAPEnable>");
    expect(await info()).not.toContain("twelve-chars");

    const host = { targetIQN, initiatorIQN: "iqn.1991-05.com.microsoft:host1" };
    await target(caller, "remove_init", { targetIQN, initiatorIQN: everybody, ha_sync: 1 });
    expect((await target(caller, "add_init", { ...host, initiatorAlias: "host1", bCHAPEnable: 0 })).result).toBe(0);
    expect(await info()).not.toContain(everybody);
    const found = await caller.read({ initiatorIQN: host.initiatorIQN });
    expect(rows(found.doc.targetACL)[0]).toMatchObject({ targetIndex: "0", targetIQN });
    expect((await caller.read({ initiatorIQN: "iqn.nobody" })).result).toBe(-1);
    expect((await target(caller, "remove_init", { ...host, initiatorIQN: "iqn.nobody" })).result).toBe(-6);
  });
});
