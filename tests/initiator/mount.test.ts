import { randomBytes } from "node:crypto";
import { mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { IscsiBackend } from "../sim/nas/iscsi/backend.ts";
import { cannotExport, createTgtBackend } from "../sim/nas/iscsi/tgt.ts";
import type { LunAddress } from "./initiator.ts";
import { attachDisk, canMount, type Disk } from "./mount.ts";
import { runTool } from "./tools.ts";

const chap = { user: "host", password: "correct-horse" };
const mutualChap = { user: "nas", password: "battery-staple" };
let dir: string;
let file: string;
let nas: IscsiBackend;
let lun: LunAddress;
let disk: Disk | undefined;

beforeEach(async () => {
  const reason = cannotExport() ?? canMount();
  if (reason) throw new Error(reason);
  dir = await mkdtemp(join(tmpdir(), "mount-test-"));
  file = join(dir, "lun.img");
  await writeFile(file, "");
  await truncate(file, 16 * 1024 * 1024);
  nas = createTgtBackend({ portals: ["127.0.0.1:0"], dir });
  await nas.start();
  const iqn = "iqn.2004-04.com.qnap:ts-453d:iscsi.data.1a2b3c";
  await nas.addTarget(0, iqn, { initiators: "all", chap, mutualChap });
  const identity = { naa: "6e843b61c0ffee5d0a17b3d9e2468ace", serial: "c0ffee" };
  await nas.attachLun(0, { lunIndex: 0, lunNumber: 0, file, ...identity, sectorSize: 512 });
  lun = { portal: nas.portals[0] ?? "", iqn, lun: nas.lunOffset, chap, mutualChap };
});

afterEach(async () => {
  await disk?.detach();
  await nas.stop();
  await rm(dir, { recursive: true });
});

test("files written to a mounted LUN come back when its bytes are reverted", async () => {
  const content = randomBytes(300_000);
  disk = await attachDisk(lun);
  await disk.mkfs();
  await writeFile(join(await disk.mount(), "report"), content);
  expect(await nas.connections(0)).toHaveLength(1);
  await disk.detach();
  const snapshot = await readFile(file);

  disk = await attachDisk(lun);
  await rm(join(await disk.mount(), "report"));
  await disk.detach();
  await rewrite(snapshot);

  disk = await attachDisk(lun);
  expect(await disk.fsck()).toContain("Pass 5");
  expect(await readFile(join(await disk.mount(), "report"))).toEqual(content);
});

test("fsck refuses a file system that was damaged beneath", async () => {
  disk = await attachDisk(lun);
  await disk.mkfs();
  await disk.detach();
  const damaged = await readFile(file);
  await rewrite(damaged.fill(0xff, 4096, 16_384));
  disk = await attachDisk(lun);
  await expect(disk.fsck()).rejects.toThrow("e2fsck");
});

test("detach undoes a mount and everything beneath it", async () => {
  disk = await attachDisk(lun);
  await disk.mkfs();
  const folder = await disk.mount();
  await disk.detach();
  expect(await readFile("/proc/mounts", "utf8")).not.toContain(join(folder, ".."));
  expect(await runTool("losetup", ["--list"])).not.toContain(join(folder, ".."));
  expect(await nas.connections(0)).toEqual([]);
});

test("a LUN that cannot be attached leaves nothing behind", async () => {
  const folders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("lun-"));
  const before = await folders();
  await expect(attachDisk({ ...lun, chap: { ...chap, password: "wrong-password" } })).rejects.toThrow("Authentication");
  await expect(attachDisk({ portal: lun.portal, iqn: lun.iqn, lun: 1, chap, mutualChap: chap })).rejects.toThrow(
    "CHAP",
  );
  expect(await folders()).toEqual(before);
  expect(await nas.connections(0)).toEqual([]);
});

async function rewrite(bytes: Buffer): Promise<void> {
  const handle = await open(file, "r+");
  await handle.write(bytes, 0, bytes.length, 0);
  await handle.close();
}
