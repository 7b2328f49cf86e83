/** Shadow copies that are shown to this host, after their set was made; over JSON lines, against the NAS simulator. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Catalogue } from "../../../ts-core/state/catalogue.ts";
import { autoImport, type Conversation, ok, veto, vssLun } from "./conversation.ts";
import { makeSet } from "./coordinator.ts";
import { recover, VssLab } from "./vssLab.ts";

let vss: VssLab;
let home: string;
let provider: Conversation;
let before: string[];

beforeAll(async () => {
  vss = await VssLab.start("hero-h5.3");
});
afterAll(() => vss.stop());
beforeEach(async () => {
  before = await vss.lab.account();
  home = vss.home();
  provider = vss.provider(home);
});
afterEach(() => provider.kill());

/** Its NAA. */
async function show(context = autoImport): Promise<string> {
  const { failed } = await makeSet(provider, [[vss.naa("sqldata")]], { context });
  expect(failed).toBeUndefined();
  return (await shadow())?.naa ?? "";
}

async function shadow() {
  return (await vss.lab.nas.state()).luns.find(({ name }) => name.startsWith("vss"));
}

const empty = (naa: string) => provider.call("OnLunEmpty", { devices: [null], luns: [vssLun(naa)] });
const fillIn = (naa: string) => provider.call("FillInLunInfo", { devices: [null], luns: [vssLun(naa)] });

test("another provider process knows it, and removes it", async () => {
  const naa = await show();
  const { lun } = await fillIn(naa);
  expect(await provider.stop()).toBe(0);
  provider = vss.provider(home);
  expect(await fillIn(naa)).toMatchObject({ supported: true, lun });
  expect(await empty(naa)).toMatchObject({ hr: ok });
  expect(await provider.stop()).toBe(0);
  expect(await vss.lab.account()).toEqual(before);
});

test("a recovery leaves it alone while this host has not been started again, and removes it afterwards", async () => {
  const naa = await show();
  await provider.stop();
  expect(await recover(home)).toEqual([]);
  expect(await shadow()).toBeDefined();

  // As if this host had been up for a year when it was made.
  const catalogue = new Catalogue(home);
  const found = await catalogue.shadow(naa);
  if (!found) throw new Error("it is not on record");
  await catalogue.add(naa, { ...found.record, shadow: { ...found.shadow, uptimeSeconds: 365 * 24 * 3600 } });
  expect(await recover(home)).toEqual([]);
  expect(await vss.lab.account()).toEqual(before);
});

test("one that is persistent stays after a restart, and one that was broken off is nobody's shadow copy any more", async () => {
  const naa = await show(0x1 | 0x8);
  expect(await new Catalogue(home).shadow(naa)).toMatchObject({ shadow: { persistent: true } });
  const change = (flags: number) => provider.call("OnLunStateChange", { flags, luns: [vssLun(naa)], originals: [] });
  expect(await change(0x200)).toMatchObject({ hr: ok });
  expect(await change(0x800)).toMatchObject({ hr: veto });
  expect(await fillIn(naa)).toMatchObject({ supported: true });
  expect(await change(0x100)).toMatchObject({ hr: ok });
  expect(await fillIn(naa)).toMatchObject({ supported: false });
  expect(await empty(naa)).toMatchObject({ hr: ok });
  await provider.stop();
  expect(await shadow()).toMatchObject({ naa });
});
