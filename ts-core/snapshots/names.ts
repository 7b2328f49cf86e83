/**
 * A snapshot's name is its identity: QS_<name or LUN>_<UTC>_<operation id>, ASCII, at most 63 characters. What else is known of
 * it is evidence and stands in the catalogue.
 */
const maxLength = 63;
const pattern = /^QS_[A-Za-z0-9_.-]+_\d{8}T\d{6}Z_([0-9a-z]{12})$/;

export function snapshotName(label: string, operationId: string, now = new Date()): string {
  const stamp = now.toISOString().replace(/[-:]/g, "").replace(/\.\d+/, "");
  const tail = `_${stamp}_${operationId}`;
  return `QS_${ascii(label).slice(0, maxLength - 3 - tail.length)}${tail}`;
}

/** A clone that nobody gave a name: short, as the length limit of LUN names is not known. */
export function ownCloneName(lunName: string, operationId: string): string {
  return `QS_${ascii(lunName).slice(0, 16)}_${operationId}`;
}

/** The operation id in a name of ours; undefined for any other name. */
export function operationIdIn(name: string): string | undefined {
  return pattern.exec(name)?.[1];
}

function ascii(label: string): string {
  return label.replace(/[^A-Za-z0-9_.-]/g, "_") || "_";
}
