/** Sets that VSS makes, over JSON lines, against the NAS simulator. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { CoreProcess, makeHome } from "../../coreProcess.ts";
import { Lab } from "../../e2e/support/lab.ts";
import { Conversation } from "./conversation.ts";
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
