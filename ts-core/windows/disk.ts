import { QnapError } from "../errors.ts";
import { ensure } from "./ensure.ts";
import { type Disk, readDisks } from "./inventory.ts";
import type { HostSession } from "./powershell.ts";

/** What of a disk stays when it is taken away and comes back. */
export type DiskIdentity = Pick<Disk, "naa" | "guid" | "signature">;

/** After the NAS shows a LUN again, or for the first time, Windows finds it at one of its next looks (assumed). */
const arrivalMs = 120_000;

/** The one disk with this NAA; undefined while there is none. Two are one LUN over two paths, and not to be written to. */
export async function findDisk(host: HostSession, naa: string): Promise<Disk | undefined> {
  const disks = await readDisks(host, naa);
  if (disks.length <= 1) return disks[0];
  throw new QnapError("WindowsDiskAmbiguous", { naa, disks: disks.map(({ number }) => number) });
}

/** Waits for it, looking for new disks. */
export async function awaitDisk(host: HostSession, naa: string): Promise<Disk> {
  let disk = await findDisk(host, naa);
  await ensure({
    what: `show the disk with NAA ${naa}`,
    withinMs: arrivalMs,
    isSo: async () => {
      if (disk === undefined) await host.act("Update-HostStorage");
      disk = await findDisk(host, naa);
      return disk !== undefined;
    },
    act: () => host.act("Update-HostStorage"),
  });
  return disk as Disk;
}

/** Its NAA alone does not say that what is on it is what was on it: somebody may have set it up anew. */
export function mustBeSame(disk: Disk, before: DiskIdentity): void {
  if (disk.guid === before.guid && disk.signature === before.signature) return;
  const told = ({ guid, signature }: DiskIdentity) => guid || `signature ${signature.toString(16)}`;
  throw new QnapError("WindowsDiskChanged", {
    number: disk.number,
    naa: disk.naa,
    found: told(disk),
    before: told(before),
  });
}

export function setOffline(host: HostSession, naa: string, offline: boolean): Promise<void> {
  return ensure({
    what: `take the disk with NAA ${naa} ${offline ? "offline" : "online"}`,
    isSo: async () => (await findDisk(host, naa))?.offline === offline,
    act: () => host.act("Set-HostDisk", { Naa: naa, Offline: offline }),
  });
}

export function setReadOnly(host: HostSession, naa: string, readOnly: boolean): Promise<void> {
  return ensure({
    what: `make the disk with NAA ${naa} ${readOnly ? "read-only" : "writable"}`,
    isSo: async () => (await findDisk(host, naa))?.readOnly === readOnly,
    act: () => host.act("Set-HostDisk", { Naa: naa, ReadOnly: readOnly }),
  });
}
