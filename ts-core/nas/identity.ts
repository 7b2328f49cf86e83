import { QnapError } from "../errors.ts";
import { paths, readCgi } from "./cgi.ts";
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

/** Who this NAS is. The system page carries the common model and firmware block plus serial number and name (confirmed). */
export async function identify(
  session: Session,
  signal?: AbortSignal,
): Promise<{ identity: Identity; firmware: Firmware }> {
  const page = await readCgi(
    session,
    paths.system,
    { subfunc: "sysinfo", hd: "no", multicpu: 1 },
    { call: "system information", signal },
  );
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
  const { host, port } = session.http.endpoint;
  const identity: Identity = {
    family,
    firmwareVersion,
    firmwareBuild: text(page, "firmware/build") ?? null,
    model,
    hostName: text(page, "hostname") ?? text(page, "func/ownContent/root/server_name") ?? null,
    serialNumber: text(page, "func/ownContent/root/serial_number") ?? `${host}:${port}`,
  };
  return { identity, firmware };
}

/** is_zfs is missing on old firmware, which means no. QES and QTS 1.x/2.x versus 4.x tell ES models apart (vendor code). */
function familyOf(page: XmlNode, model: string, version: string): Family {
  const name = text(page, "firmware/name") ?? "";
  if (text(page, "model/is_zfs") === "1" || /hero/i.test(name) || /^h\d/i.test(version)) return "QuTS hero";
  if (/QES/i.test(name)) return "QES";
  return /^(ES|TES|TDS)/i.test(model) && compareVersions(version, "4") < 0 ? "QES" : "QTS";
}
