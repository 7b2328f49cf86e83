import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { Secrets } from "../../../ts-core/state/secrets.ts";
import { makeStateFolder, runWorkers } from "./workers.ts";

let folder: string;
let secrets: Secrets;
beforeEach(() => {
  folder = makeStateFolder();
  secrets = new Secrets(folder);
});

test("what was sealed is unsealed, by another process too; no two seals are alike", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme" }), async (plain) => {
      const sealed = await secrets.seal(plain);
      expect(await new Secrets(folder).unseal(sealed)).toBe(plain);
      expect(await secrets.seal(plain)).not.toBe(sealed);
    }),
    { numRuns: 30 },
  );
});

test("a seal with any bit turned, or of any other length, is refused and not guessed at", async () => {
  const sealed = Buffer.from(await secrets.seal("p@ss"), "base64");
  const broken = [...sealed.keys()].map((at) => sealed.map((byte, i) => (i === at ? byte ^ 1 : byte)));
  const cut = [...sealed.keys()].map((length) => sealed.subarray(0, length));
  for (const bytes of [...broken, ...cut, Buffer.concat([sealed, Buffer.of(0)])]) {
    await expect(secrets.unseal(Buffer.from(bytes).toString("base64"))).rejects.toMatchObject({
      code: "StateUnreadable",
      message: expect.stringContaining("Set-QnapNas"),
    });
  }
});

test("a seal does not fit another machine's key", async () => {
  const sealed = await secrets.seal("p@ss");
  await expect(new Secrets(makeStateFolder()).unseal(sealed)).rejects.toMatchObject({ code: "StateUnreadable" });
});

test("the key is of its owner alone, and nothing is left beside it", async () => {
  await secrets.seal("p@ss");
  expect((await stat(join(folder, "secret.key"))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["catalogue", "journal", "latches", "secret.key"]);
});

test("processes that make the key at once make one key", async () => {
  const marks = await runWorkers(...Array.from({ length: 6 }, () => ["mark", folder]));
  expect(new Set(marks).size).toBe(1);
  expect(marks[0]).toBe(await secrets.mark("same"));
});

test("a leftover of a process that died while it made the key is in nobody's way", async () => {
  await writeFile(join(folder, `secret.key.${process.pid}.new`), "half");
  expect(await secrets.unseal(await secrets.seal("p@ss"))).toBe("p@ss");
});

test("a key of another length is told and kept; once it is mended, it serves", async () => {
  await secrets.seal("p@ss");
  const file = join(folder, "secret.key");
  const key = await readFile(file);
  await writeFile(file, key.subarray(0, 31));
  const later = new Secrets(folder);
  await expect(later.seal("x")).rejects.toMatchObject({
    code: "StateUnreadable",
    message: expect.stringContaining("31 bytes"),
  });
  await expect(later.unseal("x")).rejects.toThrow("31 bytes");
  expect(await readFile(file)).toHaveLength(31);
  await writeFile(file, key);
  expect(await later.unseal(await later.seal("x"))).toBe("x");
});

test("a mark is the same for the same parts, another for any other, and needs the key", async () => {
  const mark = await secrets.mark("nas", "admin", "p@ss");
  expect(mark).toMatch(/^[0-9a-f]{64}$/);
  expect(await new Secrets(folder).mark("nas", "admin", "p@ss")).toBe(mark);
  expect(await secrets.mark("nas", "adminp@ss", "")).not.toBe(mark);
  expect(await secrets.mark("nasadmin", "p@ss")).not.toBe(mark);
  expect(await new Secrets(makeStateFolder()).mark("nas", "admin", "p@ss")).not.toBe(mark);
});
