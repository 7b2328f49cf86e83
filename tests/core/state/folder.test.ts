import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStateFolder } from "../../../ts-core/state/folder.ts";

let parent: string;
let home: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "qnap-folder-"));
  home = join(parent, "deep/home");
  process.env.QNAP_SNAPSHOT_HOME = home;
});
afterEach(async () => {
  delete process.env.QNAP_SNAPSHOT_HOME;
  await rm(parent, { recursive: true });
});

const mode = async (path: string) => (await stat(path)).mode & 0o777;

test("is made for its owner alone, with all that lies in it; a second time nothing changes", async () => {
  for (let i = 0; i < 2; i++) {
    expect(await openStateFolder()).toBe(home);
    expect(await readdir(home)).toEqual(["catalogue", "journal", "latches", "vss"]);
    for (const path of [home, join(home, "journal")]) expect(await mode(path)).toBe(0o700);
  }
});

test("one that others may read is closed to them", async () => {
  await mkdir(home, { recursive: true, mode: 0o755 });
  await openStateFolder();
  expect(await mode(home)).toBe(0o700);
});

async function refused(): Promise<void> {
  await expect(openStateFolder()).rejects.toMatchObject({ code: "StateFolderUnsafe", details: { folder: home } });
}

test.each([0o777, 0o770, 0o722, 0o1777])(
  "one that others may write (%o) is refused, and nothing is put into it",
  async (bits) => {
    await mkdir(home, { recursive: true });
    await chmod(home, bits);
    await refused();
    expect(await readdir(home)).toEqual([]);
  },
);

test("one that belongs to somebody else is refused", async () => {
  await mkdir(home, { recursive: true, mode: 0o700 });
  expect(process.getuid?.(), "run the tests as root: a folder must be given to another user").toBe(0);
  await chown(home, 12_345, 12_345);
  await refused();
  expect(await readdir(home)).toEqual([]);
});

test("a file in its place is refused", async () => {
  await mkdir(join(parent, "deep"));
  await writeFile(home, "mine");
  await refused();
});

test("a link in its place is refused, and what it leads to is not touched", async () => {
  await mkdir(join(parent, "deep"));
  await mkdir(join(parent, "elsewhere"), { mode: 0o700 });
  await symlink(join(parent, "elsewhere"), home);
  await refused();
  expect(await readdir(join(parent, "elsewhere"))).toEqual([]);
});

test.each(["journal", "catalogue", "latches"])(
  "a %s that others may write, or that is a link, is refused",
  async (name) => {
    await openStateFolder();
    await chmod(join(home, name), 0o777);
    const unsafe = { code: "StateFolderUnsafe", details: { folder: join(home, name) } };
    await expect(openStateFolder()).rejects.toMatchObject(unsafe);
    await rm(join(home, name), { recursive: true });
    await mkdir(join(parent, "elsewhere"), { mode: 0o700 });
    await symlink(join(parent, "elsewhere"), join(home, name));
    await expect(openStateFolder()).rejects.toMatchObject(unsafe);
  },
);

test("one that cannot be made is told as unwritable", async () => {
  await writeFile(join(parent, "deep"), "a file on the way");
  await expect(openStateFolder()).rejects.toMatchObject({ code: "StateUnwritable" });
});
