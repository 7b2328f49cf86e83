import { randomBytes } from "node:crypto";
import { mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  copyFromLun,
  copyToLun,
  inquire,
  type LunAddress,
  listTargets,
  openSession,
  readBytes,
  type Session,
  writeBytes,
} from "../initiator/initiator.ts";
import type { IscsiBackend, IscsiLun, TargetAccess } from "./nas/iscsi/backend.ts";
import { createNoBackend } from "./nas/iscsi/none.ts";
import { cannotExport, createTgtBackend } from "./nas/iscsi/tgt.ts";

const iqn = "iqn.2004-04.com.qnap:ts-453d:iscsi.data.1a2b3c";
const naa = "6e843b61c0ffee5d0a17b3d9e2468ace";
const mebibyte = 1024 * 1024;
const everybody: TargetAccess = { initiators: "all" };
const chap = { user: "host", password: "correct-horse,%" };
const mutualChap = { user: "nas", password: "battery-staple" };

let dir: string;
let nas: IscsiBackend;
const sessions: Session[] = [];

beforeEach(async () => {
  const reason = cannotExport();
  if (reason) throw new Error(reason);
  dir = await mkdtemp(join(tmpdir(), "nas-iscsi-"));
  nas = createTgtBackend({ portals: ["127.0.0.1:0", "127.0.0.2:0"], dir });
  await nas.start();
});

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
  await nas.stop();
  await rm(dir, { recursive: true });
});

async function lunFile(lunNumber: number, sizeBytes = mebibyte): Promise<string> {
  const file = join(dir, `lun${lunNumber}.img`);
  await writeFile(file, "");
  await truncate(file, sizeBytes);
  return file;
}

async function attach(lunNumber: number, more: Partial<IscsiLun> = {}): Promise<LunAddress> {
  const file = more.file ?? (await lunFile(lunNumber));
  const names = { naa: `${naa.slice(0, -2)}0${lunNumber}`, serial: `serial-${lunNumber}` };
  await nas.attachLun(0, { lunIndex: lunNumber, lunNumber, file, ...names, sectorSize: 512, ...more });
  return address(lunNumber);
}

const address = (lunNumber: number, portal = nas.portals[0] ?? ""): LunAddress => ({
  portal,
  iqn,
  lun: lunNumber + nas.lunOffset,
});

async function hold(lun: LunAddress): Promise<Session> {
  const session = await openSession(lun);
  sessions.push(session);
  return session;
}

async function rewrite(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, "r+");
  await handle.write(bytes, 0, bytes.length, 0);
  await handle.close();
}

describe("a LUN", () => {
  beforeEach(() => nas.addTarget(0, iqn, everybody));

  test.each([512, 4096] as const)("identifies itself as a QNAP's with sectors of %d bytes", async (sectorSize) => {
    expect(await inquire(await attach(0, { naa, serial: "c0ffee5d-0a17", sectorSize }))).toEqual({
      vendor: "QNAP",
      product: "iSCSI Storage",
      revision: "4.0",
      naa,
      serial: "c0ffee5d-0a17",
      sectorSize,
      sizeBytes: mebibyte,
    });
  });

  test("has its NAA whatever bytes are in it", async () => {
    const awkward = "6e843b615d0a0a5b0000ff00255c0a5d";
    expect(await inquire(await attach(0, { naa: awkward }))).toMatchObject({ naa: awkward });
  });

  test("takes and gives bytes at any offset", async () => {
    const bytes = randomBytes(70_000);
    const lun = await attach(0);
    await writeBytes(lun, 12_345, bytes);
    expect(await readBytes(lun, 12_345, bytes.length)).toEqual(bytes);
    expect((await readFile(join(dir, "lun0.img"))).subarray(12_345, 12_345 + bytes.length)).toEqual(bytes);
  });

  test("takes a file onto it and gives itself back whole", async () => {
    const content = randomBytes(mebibyte / 2);
    await writeFile(join(dir, "content"), content);
    const lun = await attach(0);
    await writeBytes(lun, mebibyte - 512, Buffer.alloc(512, 7));
    await copyToLun(join(dir, "content"), lun);
    await copyFromLun(lun, join(dir, "copy"));
    const copy = await readFile(join(dir, "copy"));
    expect(copy.length).toBe(mebibyte);
    expect(copy.subarray(0, content.length)).toEqual(content);
    expect(copy.subarray(-512)).toEqual(Buffer.alloc(512, 7));
  });

  test("shows a host that is logged in what changed in its file beneath", async () => {
    const file = await lunFile(0);
    const session = await hold(await attach(0, { file }));
    await session.write(0, Buffer.alloc(4096, 1));
    expect(await session.read(0, 4096)).toEqual(Buffer.alloc(4096, 1));
    await rewrite(file, Buffer.alloc(4096, 2));
    expect(await session.read(0, 4096)).toEqual(Buffer.alloc(4096, 2));
  });

  test("refuses writes when it is read-only", async () => {
    const lun = await attach(0, { readOnly: true });
    await expect(writeBytes(lun, 0, Buffer.alloc(512))).rejects.toThrow("write protected");
    expect(await readBytes(lun, 0, 512)).toEqual(Buffer.alloc(512));
  });

  test("with a file or NAA that cannot be leaves the target without it", async () => {
    await expect(attach(0, { file: join(dir, "nowhere") })).rejects.toThrow("no such file");
    await expect(attach(1, { naa: "short" })).rejects.toThrow("NAA");
    await expect(inquire(address(1))).rejects.toThrow("LOGICAL_UNIT_NOT_SUPPORTED");
    await attach(1);
  });
});

describe("detaching a LUN in use", () => {
  beforeEach(() => nas.addTarget(0, iqn, everybody));

  test("fails its I/O, while its neighbour goes on, and gives it back when attached again", async () => {
    const [mine, neighbour] = [await hold(await attach(0)), await hold(await attach(1))];
    await mine.write(0, Buffer.alloc(512, 3));
    await nas.detachLun(0, 0);
    await expect(mine.read(0, 512)).rejects.toThrow("LOGICAL_UNIT_NOT_SUPPORTED");
    await expect(inquire(address(0))).rejects.toThrow("LOGICAL_UNIT_NOT_SUPPORTED");
    await neighbour.write(0, Buffer.alloc(512, 4));
    expect(await neighbour.read(0, 512)).toEqual(Buffer.alloc(512, 4));
    await attach(0, { file: join(dir, "lun0.img") });
    expect(await mine.read(0, 512)).toEqual(Buffer.alloc(512, 3));
  });

  test("works while the host is writing to it", async () => {
    const load = await keepWriting(await hold(await attach(0)));
    await nas.detachLun(0, 0);
    await expect(load.end).rejects.toThrow("LOGICAL_UNIT_NOT_SUPPORTED");
  });
});

async function keepWriting(session: Session): Promise<{ end: Promise<void> }> {
  let written = 0;
  const writing = async (): Promise<void> => {
    for (;;) {
      await session.write(0, Buffer.alloc(mebibyte, written));
      written++;
    }
  };
  const end = writing();
  end.catch(() => {}); // awaited by the test, maybe later
  await expect.poll(() => written > 5).toBe(true);
  return { end };
}

describe("access", () => {
  test("no CHAP or a wrong password is refused, the right one accepted", async () => {
    await nas.addTarget(0, iqn, { initiators: "all", chap });
    const lun = await attach(0);
    await expect(inquire(lun)).rejects.toThrow("Authentication failure");
    const wrong = { ...lun, chap: { ...chap, password: "wrong-password" } };
    await expect(readBytes(wrong, 0, 512)).rejects.toThrow("Authentication failure");
    expect(await readBytes({ ...lun, chap }, 0, 512)).toEqual(Buffer.alloc(512));
  });

  test("mutual CHAP: a target that cannot prove itself is refused by the host", async () => {
    await nas.addTarget(0, iqn, { initiators: "all", chap, mutualChap });
    const lun = { ...(await attach(0)), chap };
    const expected = { ...mutualChap, password: "another-target" };
    await expect(readBytes({ ...lun, mutualChap: expected }, 0, 512)).rejects.toThrow("Invalid CHAP_R");
    expect(await readBytes({ ...lun, mutualChap }, 0, 512)).toEqual(Buffer.alloc(512));
  });

  test("only the initiators named get in, and none when none is named", async () => {
    const initiatorIqn = "iqn.1991-05.com.microsoft:sql01";
    await nas.addTarget(0, iqn, { initiators: [initiatorIqn] });
    const lun = await attach(0);
    await expect(inquire(lun)).rejects.toThrow("Target not found");
    expect(await inquire({ ...lun, initiatorIqn })).toMatchObject({ vendor: "QNAP" });
    await nas.setAccess(0, { initiators: [] });
    await expect(inquire({ ...lun, initiatorIqn })).rejects.toThrow("Target not found");
  });

  test("changes for new log-ins and leaves who is in", async () => {
    await nas.addTarget(0, iqn, everybody);
    const lun = await attach(0);
    const session = await hold(lun);
    await nas.setAccess(0, { initiators: "all", chap });
    await expect(inquire(lun)).rejects.toThrow("Authentication failure");
    expect(await session.read(0, 512)).toEqual(Buffer.alloc(512));
    await nas.setAccess(0, { initiators: "all", chap: { ...chap, password: "a-new-password" } });
    await expect(inquire({ ...lun, chap })).rejects.toThrow("Authentication failure");
    await nas.setAccess(0, everybody);
    expect(await inquire(lun)).toMatchObject({ vendor: "QNAP" });
  });

  test("a CHAP user is shared by targets, with one password", async () => {
    await nas.addTarget(0, iqn, { initiators: "all", chap });
    const lun = await attach(0);
    await nas.addTarget(1, `${iqn}-2`, { initiators: "all", chap });
    const other = { ...chap, password: "another-password" };
    await expect(nas.setAccess(1, { initiators: "all", chap: other })).rejects.toThrow("one password per CHAP user");
    await nas.removeTarget(1);
    expect(await inquire({ ...lun, chap })).toMatchObject({ vendor: "QNAP" });
  });
});

describe("targets and portals", () => {
  test("a target is found and read on each portal", async () => {
    await nas.addTarget(0, iqn, everybody);
    await attach(0);
    expect(nas.portals).toHaveLength(2);
    for (const portal of nas.portals) {
      expect(await listTargets(portal)).toEqual([{ iqn, portal }]);
      expect(await readBytes(address(0, portal), 0, 512)).toEqual(Buffer.alloc(512));
    }
  });

  test("connected initiators are seen, and gone when they log out", async () => {
    await nas.addTarget(0, iqn, everybody);
    const initiatorIqn = "iqn.1991-05.com.microsoft:sql01";
    const lun = await attach(0);
    expect(await nas.connections(0)).toEqual([]);
    const session = await hold({ ...lun, initiatorIqn });
    await hold(lun);
    const seen = await nas.connections(0);
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual({ initiatorIqn, address: "127.0.0.1", session: expect.any(Number) });
    await session.close();
    expect(await nas.connections(0)).not.toContainEqual(expect.objectContaining({ initiatorIqn }));
  });

  test("a target that is removed throws its initiators out, busy or idle, and its name is free again", async () => {
    await nas.addTarget(0, iqn, everybody);
    await nas.addTarget(1, `${iqn}-2`, everybody);
    await hold(await attach(0));
    await keepWriting(await hold(await attach(1)));
    await nas.removeTarget(0);
    expect(await listTargets(nas.portals[0] ?? "")).toEqual([expect.objectContaining({ iqn: `${iqn}-2` })]);
    await expect(inquire(address(0))).rejects.toThrow("Target not found");
    await nas.addTarget(0, iqn, { initiators: [] });
    expect(await nas.connections(0)).toEqual([]);
  });

  test("errors carry tgtadm's text", async () => {
    await nas.addTarget(0, iqn, everybody);
    await expect(nas.addTarget(1, iqn, everybody)).rejects.toThrow("this target already exists");
    await expect(nas.connections(7)).rejects.toThrow("can't find the target");
  });

  test("the backend that exports nothing answers everything", async () => {
    const none = createNoBackend();
    await none.start();
    await none.addTarget(0, iqn, everybody);
    expect(await none.connections(0)).toEqual([]);
    expect(none).toMatchObject({ kind: "none", portals: [], lunOffset: 0 });
  });
});
