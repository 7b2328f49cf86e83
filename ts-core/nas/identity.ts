import { QnapError } from "../errors.ts";
import { type CallOptions, SessionRefused, unclear } from "./call.ts";
import { cgiWith, paths, readCgi } from "./cgi.ts";
import { compareVersions, type Family, type Firmware, findFirmware } from "./firmware.ts";
import type { Session } from "./session.ts";
import { text, type XmlNode } from "./xml.ts";

export interface Identity {
  family: Family;
  firmwareVersion: string;
  firmwareBuild: string | null;
  model: string;
  hostName: string | null;
  /** Identifies the NAS whatever its address; the address where the firmware tells none. */
  serialNumber: string;
}

const parameters = { subfunc: "sysinfo", hd: "no", multicpu: 1 };
const call = "system information";

/** Who this NAS is. The system page carries the common model and firmware block plus serial number and name (confirmed). */
export async function identify(
  session: Session,
  signal?: AbortSignal,
): Promise<{ identity: Identity; firmware: Firmware }> {
  const page = await readCgi(session, paths.system, parameters, { call, signal });
  const firmwareVersion = text(page, "firmware/version") ?? "";
  const model = text(page, "model/displayModelName") ?? text(page, "model/modelName") ?? "";
  if (firmwareVersion === "")
    throw new QnapError("NotAQnapNas", { nas: session.name, reason: "it does not tell its firmware" });
  const family = familyOf(page, model, firmwareVersion);
  const firmware = findFirmware(family, firmwareVersion);
  if (!firmware) {
    const reason = "it is older than anything this product knows (QTS 4.2, QuTS hero h4.5, QES 1.1)";
    throw new QnapError("NotSupportedByFirmware", {
      what: "Snapshot management",
      nas: session.name,
      firmware: `${family} ${firmwareVersion}`,
      reason,
    });
  }
  const identity: Identity = {
    family,
    firmwareVersion,
    firmwareBuild: text(page, "firmware/build") ?? null,
    model,
    hostName: text(page, "hostname") ?? text(page, "func/ownContent/root/server_name") ?? null,
    serialNumber: serialNumberOf(session, page),
  };
  return { identity, firmware };
}

function serialNumberOf(session: Session, page: XmlNode): string {
  const { host, port } = session.http.endpoint;
  return text(page, "func/ownContent/root/serial_number") ?? `${host}:${port}`;
}

/**
 * Throws when a new log-in led to another NAS than the one known: behind the same address by failover, DNS or DHCP. What is known
 * about LUNs and firmware would be wrong there.
 */
export async function mustBeSame(session: Session, known: Identity, sid: string): Promise<void> {
  const page = await systemPage(session, sid);
  const serialNumber = serialNumberOf(session, page);
  if (serialNumber === known.serialNumber) return;
  throw new QnapError("NasChanged", { nas: session.name, serialNumber, before: known.serialNumber });
}

async function systemPage(session: Session, sid: string): Promise<XmlNode> {
  const options: CallOptions = { call };
  try {
    const page = await cgiWith(sid, session, paths.system, parameters, options);
    if (text(page, "firmware/version") === undefined)
      throw unclear(session, options, "it does not tell its firmware", true);
    return page;
  } catch (error) {
    if (!(error instanceof SessionRefused)) throw error;
    throw unclear(session, options, "it refuses the session that it has just given", true);
  }
}

/** is_zfs is missing on old firmware, which means no. QES and QTS 1.x/2.x versus 4.x tell ES models apart (vendor code). */
function familyOf(page: XmlNode, model: string, version: string): Family {
  const name = text(page, "firmware/name") ?? "";
  if (text(page, "model/is_zfs") === "1" || /hero/i.test(name) || /^h\d/i.test(version)) return "QuTS hero";
  if (/QES/i.test(name)) return "QES";
  return /^(ES|TES|TDS)/i.test(model) && compareVersions(version, "4") < 0 ? "QES" : "QTS";
}
