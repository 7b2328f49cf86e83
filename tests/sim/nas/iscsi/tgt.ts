import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { missingTools, targetTools } from "../../../initiator/tools.ts";
import type { Connection, IscsiBackend, IscsiLun } from "./backend.ts";
import { createTgtAccess, target } from "./tgtAccess.ts";
import { startDaemon, type TgtDaemon } from "./tgtDaemon.ts";

export interface TgtOptions {
  /** `127.0.0.1:3260`, …; port 0 takes a free one. */
  portals: string[];
  /** The daemon's folder: control socket, PID file, log. One simulator a folder. */
  dir: string;
}

const lunOffset = 1;
const freeWithinMs = 10_000;

/** Why this machine cannot export LUNs, or undefined when it can. */
export function cannotExport(): string | undefined {
  if (process.getuid?.() !== 0) return "tgtd needs root";
  return missingTools(targetTools);
}

/** Real iSCSI targets, served by a tgtd of our own. */
export function createTgtBackend(options: TgtOptions): IscsiBackend {
  const inTurn = oneAtATime();
  let daemon: TgtDaemon | undefined;
  const adm = async (...args: string[]): Promise<string> => {
    if (!daemon) throw new Error("the iSCSI target is not started");
    return daemon.adm(...args);
  };
  const access = createTgtAccess(adm);
  const remove = async (index: number): Promise<void> => {
    await access.revoke(index); // nobody comes back in between
    await whileActive(() => adm("--op", "delete", "--force", "--mode", "target", ...target(index)));
  };

  return {
    kind: "tgt",
    lunOffset,
    get portals() {
      return daemon?.portals ?? [];
    },
    start: () =>
      inTurn(async () => {
        daemon ??= await startDaemon(options.dir, options.portals);
      }),
    addTarget: (index, iqn, wanted) =>
      inTurn(async () => {
        access.check(index, wanted);
        await adm("--op", "new", "--mode", "target", ...target(index), "--targetname", iqn);
        await access.grant(index, wanted).catch(async (error) => {
          await remove(index);
          throw error;
        });
      }),
    setAccess: (index, wanted) =>
      inTurn(async () => {
        access.check(index, wanted);
        await access.revoke(index);
        await access.grant(index, wanted);
      }),
    removeTarget: (index) => inTurn(() => remove(index)),
    attachLun: (index, lun) => inTurn(() => attach(adm, index, lun)),
    detachLun: (index, lunNumber) => inTurn(() => detach(adm, index, lunNumber)),
    connections: (index) =>
      inTurn(async () => parseConnections(await adm("--op", "show", "--mode", "conn", ...target(index)))),
    stop: () =>
      inTurn(async () => {
        await daemon?.stop();
        daemon = undefined;
        access.clear();
      }),
  };
}

type Adm = TgtDaemon["adm"];

const unit = (targetIndex: number, lunNumber: number): string[] => [
  ...["--mode", "logicalunit"],
  ...target(targetIndex),
  ...["--lun", String(lunNumber + lunOffset)],
];

async function attach(adm: Adm, targetIndex: number, lun: IscsiLun): Promise<void> {
  const where = unit(targetIndex, lun.lunNumber);
  await stat(lun.file); // tgtadm says no more than "invalid request" of a missing file
  const params = identity(lun);
  const store = ["--backing-store", lun.file, "--bstype", "rdwr", "--blocksize", String(lun.sectorSize)];
  await adm("--op", "new", ...where, ...store);
  try {
    // tgtadm takes no parameters with `new`: for these few ms the LUN shows tgt's identity.
    await adm("--op", "update", ...where, "--params", params);
  } catch (error) {
    await adm("--op", "delete", ...where);
    throw error;
  }
}

/** What a QNAP's INQUIRY says (confirmed by four users' logs). */
function identity(lun: IscsiLun): string {
  if (!/^[0-9a-f]{32}$/.test(lun.naa)) throw new Error(`NAA ${lun.naa} is not 32 lower-case hex digits`);
  const names = "vendor_id=QNAP,product_id=iSCSI Storage,product_rev=4.0";
  return `${names},scsi_sn=${lun.serial},scsi_id=${lun.naa},readonly=${lun.readOnly ? 1 : 0}`;
}

/**
 * Works under an initiator: its next I/O to the LUN fails with ILLEGAL REQUEST, logical unit not supported; the other LUNs
 * of its session report "reported LUNs data has changed" once and go on.
 */
async function detach(adm: Adm, targetIndex: number, lunNumber: number): Promise<void> {
  await whileActive(() => adm("--op", "delete", ...unit(targetIndex, lunNumber)));
}

/** tgt refuses while a command is running, so under load it takes a few tries (measured: 80 ms with 96 writes in flight). */
async function whileActive(work: () => Promise<unknown>): Promise<void> {
  for (const deadline = Date.now() + freeWithinMs; ; await sleep(2)) {
    try {
      await work();
      return;
    } catch (error) {
      const active = (error as Error).message.includes("still active");
      if (!active || Date.now() > deadline) throw error;
    }
  }
}

function parseConnections(shown: string): Connection[] {
  return shown.split(/^(?=Session: )/m).flatMap((session) => {
    const value = (name: string) => new RegExp(`${name}: (\\S+)`).exec(session)?.[1];
    const [initiatorIqn, address] = [value("Initiator"), value("IP Address")];
    return initiatorIqn && address ? [{ initiatorIqn, address, session: Number(value("Session")) }] : [];
  });
}

function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}
