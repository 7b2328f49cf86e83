import type { Culture } from "./host.ts";

/** What a cmdlet's error record shows, in the language of the machine. */
export interface Failure {
  message: string;
  /** What stands before the comma in FullyQualifiedErrorId. */
  id: string;
  category: string;
  hresult: number;
  target?: string | undefined;
  /** Type of the exception; default: CimException. */
  exception?: string;
}

export class CmdletError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

const generic = 0x80131500;

/** By the codes of MSFT_Disk, MSFT_Partition, MSFT_Volume (documented). The German ones are ours: only codes count. */
const storage: Record<number, Record<Culture, string>> = {
  1: { "en-US": "Not Supported", "de-DE": "Nicht unterstützt" },
  5: { "en-US": "Invalid Parameter", "de-DE": "Ungültiger Parameter" },
  6: { "en-US": "Disk is in use", "de-DE": "Datenträger wird verwendet" },
  40001: { "en-US": "Access denied", "de-DE": "Zugriff verweigert" },
  41000: {
    "en-US": "The disk has not been initialized.",
    "de-DE": "Der Datenträger wurde nicht initialisiert.",
  },
  41003: { "en-US": "The disk is offline.", "de-DE": "Der Datenträger ist offline." },
  41004: { "en-US": "The disk is read only.", "de-DE": "Der Datenträger ist schreibgeschützt." },
  41018: {
    "en-US": "The specified object is managed by the Microsoft Failover Clustering component.",
    "de-DE": "Das angegebene Objekt wird von der Komponente Microsoft-Failoverclustering verwaltet.",
  },
  42002: {
    "en-US": "The requested access path is already in use.",
    "de-DE": "Der angeforderte Zugriffspfad wird bereits verwendet.",
  },
  42003: {
    "en-US": "The access path is not valid.",
    "de-DE": "Der Zugriffspfad ist ungültig.",
  },
};

export function storageFailure(culture: Culture, code: number, target?: string): CmdletError {
  const message = storage[code]?.[culture] ?? `StorageWMI ${code}`;
  return new CmdletError({ message, id: `StorageWMI ${code}`, category: "NotSpecified", hresult: generic, target });
}

/** ISDSC_... of iscsierr.h (documented). */
const iscsi = {
  connectionFailed: [0xefff0003, "Connection Failed.", "Fehler bei der Verbindung."],
  authentication: [0xefff0009, "Authentication Failure.", "Authentifizierungsfehler."],
  targetNotFound: [
    0xefff0029,
    "The target name is not found or is marked as hidden from login.",
    "Der Zielname wurde nicht gefunden oder ist für die Anmeldung ausgeblendet.",
  ],
  alreadyLoggedIn: [
    0xefff003f,
    "The target has already been logged in via an iSCSI session.",
    "Die Anmeldung am Ziel ist bereits über eine iSCSI-Sitzung erfolgt.",
  ],
  deviceBusy: [
    0xefff0040,
    "The session cannot be logged out since a device on that session is currently being used.",
    "Die Sitzung kann nicht abgemeldet werden, da ein Gerät dieser Sitzung verwendet wird.",
  ],
  shortSecret: [
    0xefff0048,
    "The CHAP secret given is less than 96 bits.",
    "Der angegebene CHAP-Schlüssel ist kürzer als 96 Bit.",
  ],
} satisfies Record<string, [number, string, string]>;

export function iscsiFailure(culture: Culture, kind: keyof typeof iscsi, target?: string): CmdletError {
  const [hresult, english, german] = iscsi[kind];
  const id = `HRESULT 0x${hresult.toString(16)}`;
  return new CmdletError({
    message: culture === "de-DE" ? german : english,
    id,
    category: "NotSpecified",
    hresult,
    target,
  });
}

/** What every cmdlet made from a CIM class says when nothing has that property value. */
export function notFound(culture: Culture, className: string, property: string, value: unknown): CmdletError {
  const message =
    culture === "de-DE"
      ? `Es wurden keine ${className}-Objekte mit der Eigenschaft "${property}" gleich "${value}" gefunden. Überprüfen Sie den Wert der Eigenschaft, und wiederholen Sie den Vorgang.`
      : `No ${className} objects found with property '${property}' equal to '${value}'.  Verify the value of the property and retry.`;
  const id = `CmdletizationQuery_NotFound_${property}`;
  return new CmdletError({ message, id, category: "ObjectNotFound", hresult: generic, target: String(value) });
}
