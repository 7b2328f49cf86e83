/** Sets that VSS makes, over JSON lines, against the NAS simulator. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { CoreProcess, makeHome } from "../../coreProcess.ts";
import { Lab } from "../../e2e/support/lab.ts";
import { autoImport, Conversation, ok, vssLun } from "./conversation.ts";
import { makeSet } from "./coordinator.ts";

let lab: Lab;
let home: string;
let provider: Conversation;
let naas: Record<string, string>;

beforeEach(async () => {
  lab = await Lab.start("qts-5.2");
  home = makeHome();
  await store(lab, home);
  naas = await lab.naas();
  provider = new Conversation(home);
});
afterEach(async () => {
  await provider.kill();
  await lab.stop();
});

async function store({ nas }: Lab, home: string): Promise<void> {
  const core = await CoreProcess.start(home);
  const { hostname, port } = new URL(nas.https);
  const { user: userName, password, fingerprint: certificateFingerprint } = nas;
  await core.call("setNas", { name: hostname, port: Number(port), userName, password, certificateFingerprint });
  await core.stop();
}

const naa = (name: string) => naas[name] ?? "";

test("a transportable set of two LUNs is two snapshots on the NAS", async () => {
  expect(await provider.call("OnLoad")).toMatchObject({ hr: 0 });
  const before = await lab.account();
  const made = await makeSet(provider, [[naa("sqldata")], [naa("vmstore")]]);
  expect(made.failed).toBeUndefined();
  expect(await provider.stop()).toBe(0);
  const core = await CoreProcess.start(home);
  const [operation, ...more] = await core.rows("getOperation");
  expect(more).toEqual([]);
  expect(operation).toMatchObject({ kind: "vssShadowCopy", state: "Completed" });
  expect(await lab.account(String(operation?.operationId))).toEqual(
    [...before, "snapshot (new) of sqldata", "snapshot (new) of vmstore"].sort(),
  );
  expect(await core.rows("getLunSnapshot")).toMatchObject([{ ours: true }, { ours: true }]);
  await core.stop();
});

test("a shadow copy that is imported is a LUN named vss beside the original, and goes when VSS has no more use for it", async () => {
  const before = await lab.account();
  const { failed, targets } = await makeSet(provider, [[naa("sqldata")]], { context: autoImport });
  expect(failed).toBeUndefined();
  const [target] = targets;
  const vss = (await lab.nas.state()).luns.find(({ name }) => name.startsWith("vss"));
  const original = await lab.lun("sqldata");
  expect(target).toMatchObject({ ids: [{ codeSet: 1, type: 3, association: 0, hex: vss?.naa.toUpperCase() }] });
  expect(vss?.targets).toMatchObject(original.targets.map(({ targetIndex }) => ({ targetIndex, enabled: true })));
  expect(await provider.call("FillInLunInfo", { devices: [null], luns: [vssLun(vss?.naa ?? "")] })).toMatchObject({
    hr: ok,
    supported: true,
    lun: target,
  });
  expect(await provider.call("FillInLunInfo", { devices: [null], luns: [vssLun(naa("sqldata"))] })).toMatchObject({
    hr: ok,
    supported: false,
  });

  const emptied = await provider.call("OnLunEmpty", { devices: [null], luns: [target] });
  expect(emptied).toMatchObject({ hr: ok });
  expect(emptied.tookMs).toBeLessThan(2_000);
  expect(await provider.stop()).toBe(0);
  expect(await lab.account()).toEqual(before);
  const core = await CoreProcess.start(home);
  expect(await core.rows("getOperation")).toMatchObject([{ state: "Completed" }, { state: "Completed" }]);
  await core.stop();
});

test("LUNs and volumes cross: two volumes on one LUN, one volume on two LUNs, both orders of the last callbacks", async () => {
  const [sqldata, vmstore] = [naa("sqldata"), naa("vmstore")];
  for (const finalFirst of [false, true]) {
    const made = await makeSet(provider, [[sqldata], [sqldata], [sqldata, vmstore]], { finalFirst });
    expect(made.failed).toBeUndefined();
    expect(new Set(made.targets.map(({ serial }) => serial)).size).toBe(2);
  }
  await provider.stop();
  expect((await lab.account()).filter((line) => line.startsWith("snapshot")).length).toBe(4);
});
