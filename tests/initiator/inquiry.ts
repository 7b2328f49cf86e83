import { defaultInitiatorIqn, type LunAddress, libiscsiEnvironment, libiscsiUrl } from "./address.ts";
import { initiatorTools, requireTools, runTool } from "./tools.ts";

export interface LunIdentity {
  vendor: string;
  product: string;
  revision: string;
  /** VPD page 0x83, designator of type NAA: 32 hex digits. */
  naa: string;
  /** VPD page 0x80. */
  serial: string;
  sectorSize: number;
  sizeBytes: number;
}

/** Logs in and asks; with `mutualChap` the log-in fails unless the target proves itself. */
export async function inquire(address: LunAddress): Promise<LunIdentity> {
  requireTools(initiatorTools);
  const standard = await inquiry(address);
  const serial = await inquiry(address, 0x80);
  const capacity = await ask("iscsi-readcapacity16", address);
  return {
    vendor: field(standard, /^Vendor:(.*)$/m),
    product: field(standard, /^Product:(.*)$/m),
    revision: field(standard, /^Revision:(.*)$/m),
    naa: naaOf(await inquiry(address, 0x83)),
    serial: field(serial, /^Unit Serial Number:\[(.*)\]$/m),
    sectorSize: Number(field(capacity, /^LOGICAL BLOCK LENGTH IN BYTES:(\d+)$/m)),
    sizeBytes: Number(field(capacity, /^Total size:(\d+)$/m)),
  };
}

const inquiry = (address: LunAddress, page?: number): Promise<string> =>
  ask("iscsi-inq", address, page === undefined ? [] : ["-e", "1", "-c", String(page)]);

function ask(tool: string, address: LunAddress, options: string[] = []): Promise<string> {
  const initiator = ["-i", address.initiatorIqn ?? defaultInitiatorIqn];
  return runTool(tool, [...initiator, ...options, libiscsiUrl(address)], libiscsiEnvironment(address));
}

function field(shown: string, pattern: RegExp): string {
  const value = pattern.exec(shown)?.[1];
  if (value === undefined) throw new Error(`no ${pattern.source} in ${JSON.stringify(shown)}`);
  return value.trim();
}

/**
 * iscsi-inq prints the 16 bytes raw and stops at a zero byte. The rest then comes from the T10 designator, in which tgt
 * repeats the identifier as text; the two must agree as far as the bytes go.
 */
function naaOf(page83: string): string {
  const bytes = designator(page83, "NAA");
  const naa = Buffer.from(bytes, "latin1").toString("hex");
  if (naa.length === 32) return naa;
  const text = designator(page83, "T10_VENDORT_ID");
  if (!text.startsWith(`${naa}00`)) throw new Error(`page 0x83: NAA ${naa}… but T10 ${text}`);
  return text;
}

function designator(page83: string, type: string): string {
  const pattern = new RegExp(
    `Designator Type:\\(\\d\\) ${type}\\nDesignator:\\[([\\s\\S]*?)\\]\\n(?=DEVICE DESIGNATOR|$)`,
  );
  const found = pattern.exec(page83)?.[1];
  if (found === undefined) throw new Error(`page 0x83 has no designator of type ${type}`);
  return found;
}
