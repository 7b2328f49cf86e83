import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { Latches } from "../../../ts-core/state/latches.ts";
import { Secrets } from "../../../ts-core/state/secrets.ts";
import { makeStateFolder } from "./workers.ts";

let folder: string;
let latches: Latches;
beforeEach(() => {
  folder = makeStateFolder();
  latches = new Latches(folder, new Secrets(folder));
});

const login = { nas: "nas01:443", userName: "admin", password: "hunter2" };

test("a password is latched for one NAS and one account, in every process, until it is cleared", async () => {
  await latches.prepare(login);
  await latches.set(login);
  const elsewhere = new Latches(folder, new Secrets(folder));
  expect(await elsewhere.since(login)).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(await elsewhere.since({ ...login, nas: "NAS01:443" })).toBeDefined();
  for (const other of [{ password: "hunter3" }, { userName: "root" }, { nas: "nas02:443" }])
    expect(await latches.since({ ...login, ...other })).toBeUndefined();
  await latches.clear(login);
  await latches.clear(login);
  expect(await elsewhere.since(login)).toBeUndefined();
});

test("a NAS is known by its address or by its certificate", async () => {
  const shown = { ...login, certificate: "AB:CD" };
  await latches.prepare(shown);
  await latches.set(shown);
  for (const other of [login, { ...shown, nas: "192.0.2.1:8443" }, { ...login, certificate: "new" }])
    expect(await latches.since(other)).toBeDefined();
  const elsewhere = { ...login, nas: "192.0.2.1:8443" };
  for (const other of [elsewhere, { ...elsewhere, certificate: "new" }])
    expect(await latches.since(other)).toBeUndefined();
  await latches.clear(shown);
  expect(await latches.since(login)).toBeUndefined();
  expect(await readdir(join(folder, "latches"))).toEqual([]);
});

test("a second step is latched apart from its password, and remembers when it was tried", async () => {
  const second = { ...login, totpSecret: "JBSWY3DP" };
  expect(await latches.tried(second)).toBeUndefined();
  await latches.prepare(second);
  expect(await latches.tried(second)).toMatch(/^\d{4}-/);
  expect(await latches.tried(login)).toBeUndefined();
  await latches.set(second);
  expect([await latches.since(second), await latches.tried(second)]).toEqual([expect.any(String), undefined]);
  for (const other of [login, { ...second, totpSecret: "other" }, { ...second, password: "hunter3" }])
    expect(await latches.since(other)).toBeUndefined();
});

test("neither the file nor its name tells the password", async () => {
  await latches.prepare(login);
  await latches.set(login);
  const [name = ""] = await readdir(join(folder, "latches"));
  const told = name + (await readFile(join(folder, "latches", name), "utf8"));
  expect(told).not.toMatch(/hunter2|aHVudGVyMg/);
});

test("a latch whose content is gone still holds", async () => {
  await latches.prepare(login);
  await latches.set(login);
  const [name = ""] = await readdir(join(folder, "latches"));
  await writeFile(join(folder, "latches", name), "");
  expect(await latches.since(login)).toBeDefined();
});

test("what was only prepared latches nothing; a user is the same in any case", async () => {
  await latches.prepare(login);
  expect(await latches.since(login)).toBeUndefined();
  await latches.set({ ...login, userName: "ADMIN" });
  expect(await latches.since(login)).toBeDefined();
  await latches.prepare(login);
  await latches.unprepare(login);
  expect(await latches.since(login)).toBeDefined();
  expect(await readdir(join(folder, "latches"))).toHaveLength(1);
});

test("a latch that cannot be written holds in this process", async () => {
  await latches.prepare(login);
  await rm(join(folder, "latches"), { recursive: true });
  await expect(latches.set(login)).rejects.toMatchObject({ code: "StateUnwritable" });
  await mkdir(join(folder, "latches"));
  expect(await latches.since(login)).toBeDefined();
});
