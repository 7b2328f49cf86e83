import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { appendLine, createFile, lineOf, readIfThere, readLines, replaceFile } from "../../../ts-core/state/files.ts";
import { makeStateFolder } from "./workers.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = makeStateFolder();
  file = join(folder, "lines.jsonl");
});

describe("lines", () => {
  test("what was appended is read, whatever is in it", async () => {
    const records = fc.sample(fc.dictionary(fc.string(), fc.jsonValue()), 30);
    for (const record of records) await appendLine(file, record);
    expect(await readLines(file)).toEqual(JSON.parse(JSON.stringify(records)));
  });

  test("a last line cut at any byte is as if it had never been, and the next one does not join it", async () => {
    await appendLine(file, { n: 1 });
    const whole = await readFile(file);
    await appendLine(file, { n: 2, text: "ä🎈" });
    const both = await readFile(file);
    for (let length = whole.length; length < both.length; length++) {
      await writeFile(file, both.subarray(0, length));
      expect(await readLines(file)).toEqual([{ n: 1 }]);
      await appendLine(file, { n: 3 });
      expect(await readLines(file)).toEqual([{ n: 1 }, { n: 3 }]);
    }
  });

  test("a first line that was cut leaves an empty file", async () => {
    await writeFile(file, '{"n":');
    expect(await readLines(file)).toEqual([]);
    await appendLine(file, { n: 1 });
    expect(await readLines(file)).toEqual([{ n: 1 }]);
  });

  test.each(["", "\0\0\0", "garbage"])(
    "damage inside ('%s') is told with its line and left as it is",
    async (damage) => {
      const text = `${lineOf({ n: 1 })}${damage}\n${lineOf({ n: 3 })}`;
      await writeFile(file, text);
      await expect(readLines(file)).rejects.toMatchObject({
        code: "StateUnreadable",
        message: expect.stringContaining("line 2"),
      });
      expect(await readFile(file, "utf8")).toBe(text);
    },
  );

  test("a bit that flipped anywhere in a whole line is noticed", async () => {
    const whole = Buffer.from(lineOf({ n: 1, text: "ä" }) + lineOf({ n: 2 }));
    const end = whole.lastIndexOf("\n");
    for (let bit = 0; bit < end * 8; bit++) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await writeFile(file, damaged);
      await expect(readLines(file), `bit ${bit}`).rejects.toMatchObject({ code: "StateUnreadable" });
    }
  });

  test("a missing file has no lines, and is made for its owner alone", async () => {
    expect(await readLines(file)).toEqual([]);
    await appendLine(file, {});
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

describe("whole files", () => {
  test("are replaced for their owner alone, and nothing is left beside them", async () => {
    await replaceFile(file, "one");
    await chmod(file, 0o644);
    await replaceFile(file, "two");
    expect(await readIfThere(file)).toBe("two");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.includes("new"))).toEqual([]);
  });

  test("createFile: the first one stays", async () => {
    await Promise.all(["a", "b", "c"].map((text) => createFile(file, Buffer.from(text.repeat(1_000)))));
    const kept = await readIfThere(file);
    expect(kept).toMatch(/^(a{1000}|b{1000}|c{1000})$/);
    await createFile(file, Buffer.from("late"));
    expect(await readIfThere(file)).toBe(kept);
    expect((await readdir(folder)).filter((name) => name.includes("new"))).toEqual([]);
  });
});

describe("a place that cannot be written", () => {
  test.each([
    ["replaceFile", (at: string) => replaceFile(at, "x")],
    ["createFile", (at: string) => createFile(at, Buffer.from("x"))],
    ["appendLine", (at: string) => appendLine(at, {})],
  ])("%s tells it", async (_, write) => {
    await expect(write(join(folder, "nowhere/file"))).rejects.toMatchObject({ code: "StateUnwritable" });
  });

  test("a full disk is told, and what stood there before stays readable", async () => {
    await expect(appendLine("/dev/full", {})).rejects.toMatchObject({
      code: "StateUnwritable",
      message: expect.stringContaining("ENOSPC"),
    });
  });

  test("a folder in the place of a file is told as unreadable", async () => {
    await mkdir(file);
    await expect(readIfThere(file)).rejects.toMatchObject({ code: "StateUnreadable" });
  });
});
