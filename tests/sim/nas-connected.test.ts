import { afterEach, beforeEach, expect, test } from "vitest";
import { inquire, type LunAddress, openSession, readBytes, type Session, writeBytes } from "../initiator/initiator.ts";
import { Caller, rows } from "./nas/caller.ts";
import { type SimulatedNas, startNas } from "./nas/start.ts";

let nas: SimulatedNas;
let caller: Caller;
let session: Session | undefined;

beforeEach(async () => {
  nas = await startNas({ profile: "qts-4.3.6", iscsi: true });
  caller = await Caller.login(nas);
});
afterEach(async () => {
  await session?.close();
  session = undefined;
  await nas.stop();
});

async function addLun(name: string, more = {}): Promise<LunAddress> {
  const { targets } = await nas.addLun({ name, sizeBytes: 1 << 20, ...more });
  return {
    portal: String(nas.portals[0]),
    iqn: String(targets[0]?.iqn),
    lun: Number(targets[0]?.lunNumber) + nas.lunOffset,
  };
}

const setEnabled = (targetIndex: number, LUNEnable: 0 | 1) =>
  caller.cgi("disk/iscsi_target_setting.cgi", { func: "edit_lun", LUNIndex: 0, targetIndex, LUNEnable });
const settled = () => expect.poll(async () => (await nas.state()).jobs).toEqual([]);

test("a LUN answers over real iSCSI with the NAA that the NAS shows", async () => {
  const address = await addLun("sqldata");
  const identity = await inquire(address);
  const [row] = rows((await caller.read({ lunList: 1 })).doc.iSCSILUNList, "LUNInfo");
  expect(identity).toMatchObject({ vendor: "QNAP", naa: row?.LUNNAA });
});

test("who is logged in shows on the target, and a revert is refused with -14 until the LUN is disabled", async () => {
  const address = await addLun("sqldata");
  await writeBytes(address, 0, Buffer.alloc(512, "a"));
  const [snapshotID = 0] = await nas.seedSnapshots({ lun: "sqldata", count: 1, bytes: true });
  await writeBytes(address, 0, Buffer.alloc(512, "b"));

  session = await openSession(address);
  const info = rows((await caller.read({ targetInfo: 1, targetIndex: 0 })).doc.targetInfo)[0];
  expect(info).toMatchObject({
    targetStatus: "1",
    initiatorConnList: { initiatorConnInfo: { connection_status: "1" } },
  });
  const revert = () => caller.snapshot("recover_snapshot", { by_lun: 1, snapshotID, stop_service: "no" });
  expect((await revert()).result).toBe(-14);

  await setEnabled(0, 0);
  expect((await revert()).result).toBe(0);
  await settled();
  await setEnabled(0, 1);
  await session.close();
  session = undefined;
  expect(await readBytes(address, 0, 512)).toEqual(Buffer.alloc(512, "a"));
});

test("portals share one port, which the NAS names with their addresses", async () => {
  await nas.stop();
  nas = await startNas({ profile: "qts-4.3.6", iscsi: true, args: ["--portals", "127.0.0.1,127.0.0.2"] });
  caller = await Caller.login(nas);
  const { servicePort } = (await caller.read({ iSCSI_portal: 1 })).doc.iSCSIPortal as Record<string, string>;
  expect(nas.portals).toEqual([`127.0.0.1:${servicePort}`, `127.0.0.2:${servicePort}`]);
  const address = await addLun("sqldata");
  expect(await readBytes({ ...address, portal: String(nas.portals[1]) }, 0, 512)).toEqual(Buffer.alloc(512));
  const net = await caller.cgi("sys/sysRequest.cgi", { subfunc: "net_setting" });
  expect(rows((net.doc.func as { ownContent: unknown }).ownContent, "IPInfo").map(({ IP }) => IP)).toMatchObject([
    { IP4: "1" },
    { IP4: "2" },
  ]);
});

test("a disabled LUN vanishes from its target while its neighbour goes on", async () => {
  const first = await addLun("first", { target: "shared" });
  const second = await addLun("second", { target: "shared" });
  expect(second).toMatchObject({ iqn: first.iqn, lun: first.lun + 1 });
  await setEnabled(0, 0);
  await expect(readBytes(first, 0, 512)).rejects.toThrow();
  expect(await readBytes(second, 0, 512)).toEqual(Buffer.alloc(512));
  await setEnabled(0, 1);
  expect(await readBytes(first, 0, 512)).toEqual(Buffer.alloc(512));
});

test("CHAP holds for seeded LUNs, and targets come back after a restart", async () => {
  const chap = { user: "host1", password: "twelve-chars" };
  const address = await addLun("guarded", { chap });
  await expect(readBytes(address, 0, 512)).rejects.toThrow();
  await writeBytes({ ...address, chap }, 0, Buffer.alloc(512, "x"));
  nas = await nas.restart();
  expect(await readBytes({ ...address, chap }, 0, 512)).toEqual(Buffer.alloc(512, "x"));
});
