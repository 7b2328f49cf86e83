import { hresults, Refusal } from "./hresults.ts";

/** One identifier of VPD page 0x83. */
export interface VssId {
  codeSet: number;
  type: number;
  association: number;
  hex: string;
}

/** A LUN as VSS knows it (VDS_LUN_INFORMATION): INQUIRY data, serial number of page 0x80, identifiers of page 0x83. */
export interface VssLun {
  version: number;
  deviceType: number;
  busType: number;
  vendor: string;
  product: string;
  revision: string;
  serial: string;
  diskSignature: string;
  ids: VssId[];
}

/** A callback of VSS, as the provider DLL sends it: one JSON object a line. What a method does not use is empty. */
export interface Call {
  method: string;
  setId: string;
  snapshotId: string;
  /** VSS_VOLUME_SNAPSHOT_ATTRIBUTES. */
  context: number;
  flags: number;
  luns: VssLun[];
}

/** What goes back beside id and HRESULT. */
export interface Answer {
  supported?: boolean;
  targets?: VssLun[];
  lun?: VssLun;
  /** Why, for the event log. */
  message?: string;
}

const guid = /^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/;
/** A volume lies on a few LUNs. */
const maxLuns = 256;

/** The id of a message; undefined where nobody could be answered. */
export function idOf(message: unknown): number | undefined {
  const id = (message as { id?: unknown } | null)?.id;
  return Number.isSafeInteger(id) ? (id as number) : undefined;
}

/** Throws a Refusal that says what is wrong. */
export function callOf(message: unknown): Call {
  const {
    method,
    setId = "",
    snapshotId = "",
    context = 0,
    flags = 0,
    lun,
    ...more
  } = message as Record<string, unknown>;
  const luns = lun === undefined ? (more.luns ?? []) : [lun];
  if (typeof method !== "string") throw invalid("method");
  if (!isGuid(setId)) throw invalid("setId");
  if (!isGuid(snapshotId)) throw invalid("snapshotId");
  if (!Number.isInteger(context)) throw invalid("context");
  if (!Number.isInteger(flags)) throw invalid("flags");
  if (!Array.isArray(luns) || luns.length > maxLuns || !luns.every(isLun)) throw invalid("luns");
  const numbers = { context: (context as number) >>> 0, flags: (flags as number) >>> 0 };
  return { method, setId, snapshotId, ...numbers, luns: luns.map(withTexts) };
}

function isGuid(value: unknown): value is string {
  return value === "" || (typeof value === "string" && guid.test(value));
}

function isLun(value: unknown): value is VssLun {
  const { ids, vendor, product, revision, serial } = (value ?? {}) as Partial<VssLun>;
  return Array.isArray(ids) && ids.every(isId) && [vendor, product, revision, serial].every(isText);
}

/** A disk may leave out what it has not. */
function isText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}

function withTexts(lun: VssLun): VssLun {
  const { vendor, product, revision, serial } = lun;
  return { ...lun, vendor: vendor ?? "", product: product ?? "", revision: revision ?? "", serial: serial ?? "" };
}

function isId(value: Partial<VssId> | null): boolean {
  const { codeSet, type, association, hex } = value ?? {};
  return [codeSet, type, association].every(Number.isInteger) && typeof hex === "string";
}

function invalid(field: string): Refusal {
  return new Refusal(hresults.invalidArgument, `'${field}' of the callback is missing or not understood`);
}

const naaType = 3;
const binary = 1;
const ofTheLun = 0;

/** By its NAA alone; undefined where it tells none of 16 bytes, as every LUN of a QNAP NAS has. */
export function naaOf({ ids }: VssLun): string | undefined {
  const naa = ids.find(
    ({ codeSet, type, association, hex }) =>
      type === naaType && codeSet === binary && association === ofTheLun && /^6[0-9a-f]{31}$/i.test(hex),
  );
  return naa?.hex.toLowerCase();
}

export function mustHaveNaa(lun: VssLun): string {
  const naa = naaOf(lun);
  if (naa === undefined) throw new Refusal(hresults.volumeNotSupportedByProvider, "the LUN tells no NAA");
  return naa;
}
