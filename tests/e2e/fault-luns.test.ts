/** Requests that do not fit what is on the NAS: told by a code of its own, and nothing is changed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CoreFailure, type CoreProcess } from "../coreProcess.ts";
import { Caller } from "../sim/nas/caller.ts";
import { Lab } from "./support/lab.ts";

interface Snapshot {
  name: string;
  snapshotId: string;
  lunIndex: number;
  lunNaa: string;
  createTime: string;
  createTimeUtc: string;
}

let lab: Lab;
let core: CoreProcess;
beforeAll(async () => {
  lab = await Lab.start("hero-h5.3");
  core = await lab.connect();
});
afterAll(async () => {
  await core.stop();
  await lab.nas.stop();
});

const changing = /^(create_|del_|clone_|recover_|edit_|remove_|add_|POST|PUT|DELETE)/;

/** The error that the request ends with; fails when the NAS was asked to change anything. */
async function refused(method: string, params: object): Promise<CoreFailure> {
  await lab.nas.reset();
  const error = await core.call(method, params).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CoreFailure);
  expect((await lab.nas.requests()).filter(({ func }) => changing.test(func))).toEqual([]);
  expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
  return error as CoreFailure;
}
const code = async (method: string, params: object) => (await refused(method, params)).data.code;

const take = (name: string) => ({ luns: [{ name }], type: "Crash" });
async function snapshotOf(name: string): Promise<{ snapshot: Snapshot; ref: object }> {
  const { snapshots } = await core.call<{ snapshots: Snapshot[] }>("newLunSnapshot", take(name));
  const snapshot = snapshots[0] as Snapshot;
  const lun = { name, naa: snapshot.lunNaa, lunIndex: snapshot.lunIndex };
  return { snapshot, ref: { lun, name: snapshot.name, snapshotId: snapshot.snapshotId } };
}
const restore = (snapshot: object) => ({ snapshot, safetyCopy: "None" });

describe("LUNs", () => {
  test("that are not there, by name, by NAA and by index", async () => {
    expect(await code("newLunSnapshot", take("nothing"))).toBe("LunNotFound");
    expect(await code("newLunSnapshot", { luns: [{ naa: "0".repeat(32) }], type: "Crash" })).toBe("LunNotFound");
    expect(await code("newLunSnapshot", { luns: [{ name: "sqldata", lunIndex: 99 }], type: "Crash" })).toBe(
      "LunNotFound",
    );
  });

  test("by index alone: refused, as an index is no identity", async () => {
    expect(await code("newLunSnapshot", { luns: [{ lunIndex: 0 }], type: "Crash" })).toBe("InvalidParameter");
  });

  test("that are ambiguous: names that differ by case only", async () => {
    await lab.nas.addLun({ name: "Twin", sizeBytes: 1 << 20 });
    await lab.nas.addLun({ name: "twin", sizeBytes: 1 << 20 });
    const { data } = await refused("newLunSnapshot", take("TWIN"));
    expect(data).toMatchObject({
      code: "LunAmbiguous",
      details: { count: 2, naas: [expect.any(String), expect.any(String)] },
    });
    await lab.nas.removeLun("Twin");
    await lab.nas.removeLun("twin");
  });

  test("whose index went to another LUN since they were listed", async () => {
    await lab.nas.addLun({ name: "shortlived", sizeBytes: 1 << 20 });
    const { snapshot, ref } = await snapshotOf("shortlived");
    const { lunIndex, lunNaa: naa } = snapshot;
    await lab.nas.removeLun("shortlived");
    await lab.nas.addLun({ name: "shortlived", sizeBytes: 1 << 20 });
    expect((await lab.lun("shortlived")).lunIndex).toBe(lunIndex);
    const { data } = await refused("newLunSnapshot", { luns: [{ name: "shortlived", naa, lunIndex }], type: "Crash" });
    expect(data).toMatchObject({ code: "LunChanged", details: { lunIndex, expectedNaa: naa } });
    expect(await code("restoreLunSnapshot", restore(ref))).toBe("LunChanged");
    expect(await code("newLunClone", { snapshot: ref, name: "copy" })).toBe("LunChanged");
    expect(await code("removeLunSnapshot", { snapshot: ref })).toBe("LunChanged");
    await lab.nas.removeLun("shortlived");
  });

  test("that we did not make are not removed", async () => {
    expect(await code("removeLunClone", { lun: { name: "vmstore" }, force: true })).toBe("NotAClone");
  });

  test("a clone's name that is taken, whatever its case", async () => {
    const { ref } = await snapshotOf("sqldata");
    expect(await code("newLunClone", { snapshot: ref, name: "VMSTORE" })).toBe("LunNameTaken");
  });

  test("an application-consistent snapshot, and nobody is known who could be asked", async () => {
    expect(await code("newLunSnapshot", { ...take("sqldata"), type: "Application" })).toBe("NoConsumerKnown");
  });
});

describe("snapshots", () => {
  test("that are gone", async () => {
    const { snapshot, ref } = await snapshotOf("vmstore");
    await core.call("removeLunSnapshot", { snapshot: ref });
    for (const [method, params] of [
      ["removeLunSnapshot", { snapshot: ref }],
      ["restoreLunSnapshot", restore(ref)],
      ["newLunClone", { snapshot: ref, name: "copy" }],
    ] as const)
      expect(await code(method, params)).toBe("SnapshotNotFound");
    expect(snapshot.name).toMatch(/^QS_vmstore_\d{8}T\d{6}Z_[0-9a-z]{12}$/);
  });

  test("that are not ours are not removed, not even by force", async () => {
    const [id] = await lab.nas.seedSnapshots({ lun: "vmstore", count: 1, namePrefix: "nightly" });
    const snapshot = { lun: { name: "vmstore" }, snapshotId: String(id) };
    expect(await code("removeLunSnapshot", { snapshot, force: true })).toBe("SnapshotNotOurs");
  });

  test("that another machine made are removed by force only", async () => {
    const { ref } = await snapshotOf("vmstore");
    const other = await lab.connect();
    expect(await other.code("removeLunSnapshot", { snapshot: ref })).toBe("SnapshotNotOurs");
    expect(await other.code("removeLunSnapshot", { snapshot: ref, force: true })).toBe("no error");
    await other.stop();
  });

  test("that bear one name twice are told apart by their ids", async () => {
    await lab.nas.seedSnapshots({ lun: "vmstore", count: 1, namePrefix: "same" });
    const [id] = await lab.nas.seedSnapshots({ lun: "vmstore", count: 1, namePrefix: "same", bytes: true });
    const lun = { name: "vmstore" };
    expect(await code("newLunClone", { snapshot: { lun, name: "same1" }, name: "copy" })).toBe("SnapshotAmbiguous");
    const snapshot = { lun, name: "same1", snapshotId: String(id) };
    expect(await core.code("newLunClone", { snapshot, name: "copy" })).toBe("no error");
    expect(await core.code("removeLunClone", { lun: { name: "copy" } })).toBe("no error");
  });

  test("newer ones are named before a revert destroys them", async () => {
    const { ref } = await snapshotOf("neighbour");
    const { snapshot: newer } = await snapshotOf("neighbour");
    const { data } = await refused("restoreLunSnapshot", restore(ref));
    expect(data).toMatchObject({ code: "NewerSnapshots", details: { count: 1, names: [newer.name] } });
    expect(await core.code("restoreLunSnapshot", { ...restore(ref), destroyNewerSnapshots: true })).toBe("no error");
  });

  test("a clock that went back does not hide a newer one", async () => {
    const { ref } = await snapshotOf("neighbour");
    await lab.nas.clock(-7 * 24 * 3600_000);
    const { snapshot: newer } = await snapshotOf("neighbour");
    expect(Date.parse(newer.createTime)).toBeLessThan(Date.now() - 6 * 24 * 3600_000);
    expect(Math.abs(Date.parse(newer.createTimeUtc) - Date.now())).toBeLessThan(3600_000);
    expect(await code("restoreLunSnapshot", restore(ref))).toBe("NewerSnapshots");
    await lab.nas.clock(0);
  });
});

describe("limits", () => {
  test("a pool without room: no snapshot, no clone, no safety clone", async () => {
    const { ref } = await snapshotOf("vmstore");
    const caller = await Caller.login(lab.nas);
    const whole = { func: "add_lun", LUNName: "hog", poolID: 1, LUNCapacity: 2048, LUNThinAllocate: 0 };
    await caller.cgi("disk/iscsi_lun_setting.cgi", whole);
    await expect.poll(async () => (await lab.lun("hog")).status).toBe("ready");
    expect(await core.code("newLunSnapshot", take("vmstore"))).toBe("PoolFull");
    expect(await code("restoreLunSnapshot", { snapshot: ref, safetyCopy: "Clone" })).toBe("SafetyCopyImpossible");
    await lab.nas.removeLun("hog");
    expect(await core.code("newLunSnapshot", take("vmstore"))).toBe("no error");
  });
});

describe.concurrent("waited for", () => {
  test.each(["qts-5.2", "qts-4.3.6"] as const)("as many snapshots as the NAS takes (%s)", async (profile) => {
    const full = await Lab.start(profile);
    await full.nas.seedSnapshots({ lun: "sqldata", count: 256 });
    const own = await full.connect();
    const before = await full.account();
    const error = await own
      .call("newLunSnapshot", { luns: [{ name: "sqldata" }, { name: "vmstore" }], type: "Crash" })
      .catch((e) => e);
    expect(error.data).toMatchObject({ code: "SnapshotLimitReached", details: { lun: "sqldata", count: 256 } });
    expect(await full.account()).toEqual(before);
    expect(await own.rows("getOperation")).toMatchObject([{ state: "Undone" }]);
    await own.stop();
    await full.nas.stop();
  });
});
