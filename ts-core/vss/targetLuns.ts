import type { VssLun } from "./wire.ts";

const noDisk = "{00000000-0000-0000-0000-000000000000}";
const ascii = 2;
const vendorId = 1;

/**
 * The identity of a LUN that is never shown: a snapshot that stays on the NAS. Of type 1 (T10 vendor id) under a vendor name that
 * no disk has, so that it is never taken for an NAA, which is type 3; `unique` tells it from every other.
 */
export function syntheticLun(source: VssLun, unique: string): VssLun {
  const hex = Buffer.from(`QNAPSNAP${unique}`, "ascii").toString("hex");
  return {
    ...source,
    version: 1,
    serial: unique,
    diskSignature: noDisk,
    ids: [{ codeSet: ascii, type: vendorId, association: 0, hex }],
  };
}

const binary = 1;
const naaType = 3;

/** The identity of a clone: by its NAA. Its serial number is what the NAS tells; FillInLunInfo gives VSS the same again. */
export function cloneLun(source: VssLun, naa: string, serial: string): VssLun {
  return {
    ...source,
    version: 1,
    serial,
    diskSignature: noDisk,
    ids: [{ codeSet: binary, type: naaType, association: 0, hex: naa.toUpperCase() }],
  };
}
