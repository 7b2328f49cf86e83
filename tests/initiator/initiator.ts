import { defaultInitiatorIqn, type LunAddress, qemuFile, qemuSecret } from "./address.ts";
import { inquire } from "./inquiry.ts";
import { openSession, type Session } from "./session.ts";
import { initiatorTools, requireTools, runTool } from "./tools.ts";

/** A host's side of iSCSI in user space, for tests and the demo: everything goes over the wire to a real target. */
export { type Chap, defaultInitiatorIqn, type LunAddress } from "./address.ts";
export { inquire, type LunIdentity } from "./inquiry.ts";
export { openSession, type Session } from "./session.ts";

export interface DiscoveredTarget {
  iqn: string;
  portal: string;
}

/**
 * SendTargets, without CHAP. tgt names only the portal that was asked, a NAS names all of its own (confirmed); and tgt hangs
 * up where it has no target at all, which rejects here.
 */
export async function listTargets(portal: string, initiatorIqn = defaultInitiatorIqn): Promise<DiscoveredTarget[]> {
  requireTools(initiatorTools);
  const shown = await runTool("iscsi-ls", ["-i", initiatorIqn, `iscsi://${portal}`]);
  return [...shown.matchAll(/^Target:(\S+) Portal:(\S+?),\d+$/gm)].map(([, iqn = "", address = ""]) => ({
    iqn,
    portal: address,
  }));
}

export async function readBytes(address: LunAddress, offset: number, length: number): Promise<Buffer> {
  return withSession(await openSession(address, "readOnly"), (session) => session.read(offset, length));
}

export async function writeBytes(address: LunAddress, offset: number, bytes: Uint8Array): Promise<void> {
  await withSession(await openSession(address), (session) => session.write(offset, bytes));
}

async function withSession<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** From the LUN's start; what lies beyond the file's size stays as it is. */
export async function copyToLun(file: string, address: LunAddress): Promise<void> {
  await convert(address, ["-n", "-f", "raw", file, qemuFile(address)]);
}

/** The whole LUN, as a sparse file. */
export async function copyFromLun(address: LunAddress, file: string): Promise<void> {
  await convert(address, ["-O", "raw", qemuFile(address), file]);
}

async function convert(address: LunAddress, fromTo: string[]): Promise<void> {
  requireTools(initiatorTools);
  if (address.mutualChap) await inquire(address);
  await runTool("qemu-img", ["convert", ...qemuSecret(address), ...fromTo]);
}
