import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { Leases } from "../../../ts-core/state/leases.ts";
import { Settings, type StoredNas, type StoredVCenter } from "../../../ts-core/state/settings.ts";
import { makeStateFolder, runWorkers } from "./workers.ts";

let folder: string;
let settings: Settings;
beforeEach(() => {
  folder = makeStateFolder();
  settings = new Settings(folder, new Leases(folder));
});

const nas = (name: string, port = 443): StoredNas => ({
  name,
  port,
  scheme: "https",
  userName: "admin",
  sealedPassword: "c2VhbGVk",
});

test("keeps NAS by name without regard to case, and forgets them", async () => {
  await settings.putNas(nas("nas01"));
  await settings.putNas(nas("NAS01", 8443));
  await settings.putNas(nas("nas02"));
  expect(await settings.listNas()).toEqual([nas("NAS01", 8443), nas("nas02")]);
  await settings.removeNas("nas01");
  expect(await settings.listNas()).toEqual([nas("nas02")]);
  expect((await stat(join(folder, "settings.json"))).mode & 0o777).toBe(0o600);
});

const vCenter = (server: string) => ({ server, userName: "ann", sealedPassword: "c2VhbGVk" }) as StoredVCenter;

test("keeps vCenters beside them", async () => {
  await settings.putNas(nas("nas01"));
  await settings.putVCenter(vCenter("vcsa.lab"));
  await settings.putVCenter(vCenter("VCSA.lab"));
  await settings.removeNas("nas01");
  expect(await settings.listVCenters()).toEqual([vCenter("VCSA.lab")]);
  await settings.removeVCenter("vcsa.lab");
  expect([await settings.listNas(), await settings.listVCenters()]).toEqual([[], []]);
});

test("a file from before vCenters were kept is read, and they are added to it", async () => {
  await writeFile(join(folder, "settings.json"), JSON.stringify({ nas: [nas("nas01")] }));
  expect(await settings.listVCenters()).toEqual([]);
  await settings.putVCenter(vCenter("vcsa.lab"));
  expect([await settings.listNas(), await settings.listVCenters()]).toEqual([[nas("nas01")], [vCenter("vcsa.lab")]]);
});

test("several processes and several requests at once lose no update", async () => {
  const own = Promise.all(Array.from({ length: 10 }, (_, i) => settings.putNas(nas(`own-${i}`))));
  await Promise.all([own, runWorkers(["store", folder, "left", 10], ["store", folder, "right", 10])]);
  expect(await settings.listNas()).toHaveLength(30);
});

test.each([
  "",
  "{",
  "null",
  "[]",
  "{}",
  '{"nas":{}}',
  '{"nas":[null]}',
  '{"nas":[{"name":1}]}',
  '{"nas":[],"vCenters":[{}]}',
  '{"nas":[],"measurements":[{"serialNumber":"Q1"}]}',
  "\0\0\0\0",
])("a file that holds '%s' is told, not believed, and left as it is", async (text) => {
  const file = join(folder, "settings.json");
  await writeFile(file, text);
  await expect(settings.listNas()).rejects.toMatchObject({ code: "StateUnreadable", details: { file } });
  await expect(settings.putNas(nas("nas01"))).rejects.toMatchObject({ code: "StateUnreadable" });
  expect(await readFile(file, "utf8")).toBe(text);
});
