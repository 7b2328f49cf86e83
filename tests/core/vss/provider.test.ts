/** Sets that VSS makes, over JSON lines, against the NAS simulator. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { CoreProcess } from "../../coreProcess.ts";
import { Lab } from "../../e2e/support/lab.ts";
import { autoImport, type Conversation, ok, veto, vssLun } from "./conversation.ts";
import { makeSet } from "./coordinator.ts";
import { VssLab } from "./vssLab.ts";

let vss: VssLab;
let home: string;
let provider: Conversation;

beforeEach(async () => {
  vss = await VssLab.start("qts-5.2");
  home = vss.home();
  provider = vss.provider(home);
});
afterEach(async () => {
  await provider.kill();
  await vss.stop();
});

test("a transportable set of two LUNs is two snapshots on the NAS", async () => {
  expect(await provider.call("OnLoad")).toMatchObject({ hr: 0 });
  const before = await vss.lab.account();
  const made = await makeSet(provider, [[vss.naa("sqldata")], [vss.naa("vmstore")]]);
  expect(made.failed).toBeUndefined();
  expect(await provider.stop()).toBe(0);
  const core = await CoreProcess.start(home);
  const [operation, ...more] = await core.rows("getOperation");
  expect(more).toEqual([]);
  expect(operation).toMatchObject({ kind: "vssShadowCopy", state: "Completed" });
  expect(await vss.lab.account(String(operation?.operationId))).toEqual(
    [...before, "snapshot (new) of sqldata", "snapshot (new) of vmstore"].sort(),
  );
  const label = { ours: true, consistency: "Crash", reason: expect.stringMatching(/writers/) };
  expect(await core.rows("getLunSnapshot")).toMatchObject([label, label]);
  await core.stop();
});

test("a shadow copy that is imported is a LUN named vss beside the original, and goes when VSS has no more use for it", async () => {
  const before = await vss.lab.account();
  const { failed, targets } = await makeSet(provider, [[vss.naa("sqldata")]], { context: autoImport });
  expect(failed).toBeUndefined();
  const [target] = targets;
  const shadow = (await vss.lab.nas.state()).luns.find(({ name }) => name.startsWith("vss"));
  const original = await vss.lab.lun("sqldata");
  expect(target).toMatchObject({ ids: [{ codeSet: 1, type: 3, association: 0, hex: shadow?.naa.toUpperCase() }] });
  expect(shadow?.targets).toMatchObject(original.targets.map(({ targetIndex }) => ({ targetIndex, enabled: true })));
  const fillIn = (naa = "") => provider.call("FillInLunInfo", { devices: [null], luns: [vssLun(naa)] });
  expect(await fillIn(shadow?.naa)).toMatchObject({ hr: ok, supported: true, lun: target });
  expect(await fillIn(vss.naa("sqldata"))).toMatchObject({ hr: ok, supported: false });

  expect(await provider.call("OnLunEmpty", { devices: [null], luns: [target] })).toMatchObject({ hr: ok });
  expect(await provider.stop()).toBe(0);
  expect(await vss.lab.account()).toEqual(before);
  const core = await CoreProcess.start(home);
  expect(await core.rows("getOperation")).toMatchObject([{ state: "Completed" }, { state: "Completed" }]);
  await core.stop();
});

test("an imported set is whole too when VSS asks for the shadow copies only after its final callbacks", async () => {
  const before = await vss.lab.account();
  const volumes = [[vss.naa("sqldata")], [vss.naa("vmstore")]];
  const { failed, targets } = await makeSet(provider, volumes, { context: autoImport, finalFirst: true });
  expect(failed).toBeUndefined();
  const core = await CoreProcess.start(home);
  expect(await core.rows("getOperation")).toMatchObject([{ state: "Completed" }]);
  await core.stop();
  for (const lun of targets) await provider.call("OnLunEmpty", { devices: [null], luns: [lun] });
  expect(await provider.stop()).toBe(0);
  expect(await vss.lab.account()).toEqual(before);
});

test("LUNs and volumes cross: two volumes on one LUN, one volume on two LUNs, both orders of the last callbacks", async () => {
  const [sqldata, vmstore] = [vss.naa("sqldata"), vss.naa("vmstore")];
  for (const finalFirst of [false, true]) {
    const made = await makeSet(provider, [[sqldata], [sqldata], [sqldata, vmstore]], { finalFirst });
    expect(made.failed).toBeUndefined();
    expect(new Set(made.targets.map(({ serial }) => serial)).size).toBe(2);
  }
  await provider.stop();
  expect((await vss.lab.account()).filter((line) => line.startsWith("snapshot")).length).toBe(4);
});

test("a set over two NAS is made on both, or on neither", async () => {
  const other = await Lab.start("hero-h5.3");
  await vss.store(other.nas, "localhost");
  await provider.kill();
  provider = vss.provider();
  const volumes = [[vss.naa("sqldata")], [(await other.lun("sqldata")).naa]];
  const made = await makeSet(provider, volumes);
  expect(made.failed).toBeUndefined();
  await other.nas.fault({ kind: "busy" });
  const at = async (method: string) => {
    if (method === "AbortSnapshots") await other.nas.clearFaults();
  };
  expect(await makeSet(provider, volumes, { at })).toMatchObject({
    failed: { method: "CommitSnapshots", answer: { hr: veto } },
  });
  expect(await provider.stop()).toBe(0);
  for (const lab of [vss.lab, other])
    expect((await lab.account()).filter((line) => line.startsWith("snapshot")).length).toBe(1);
  await other.stop();
});
