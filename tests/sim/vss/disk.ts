import type { SimDisk } from "./machine.ts";

/** A LUN of a QNAP, as Windows knows it. */
export function diskOf(naa: string): SimDisk {
  const inquiry = { vendor: "QNAP", product: "iSCSI Storage", revision: "4.0", serial: naa };
  return { device: "\\\\.\\PhysicalDrive1", ...inquiry, ids: [{ codeSet: 1, type: 3, hex: naa }] };
}
