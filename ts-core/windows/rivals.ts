import psList from "ps-list";
import type { Rival } from "../model.ts";

/**
 * Programs that must not run beside the VSS provider, by the names of their processes (assumed: neither an SMI-S provider's nor the
 * original agent's is published by QNAP; cimserver and ECOM are what other vendors' SMI-S providers run).
 */
const kinds: readonly (readonly [Rival["kind"], RegExp])[] = [
  ["SmiSProvider", /^(cimserver|ecom|.*smi-?s.*)$/i],
  ["SnapshotAgent", /^q(?!nap-snapshot-).*snapshot.*agent/i],
];

export async function findRivals(): Promise<Rival[]> {
  return (await psList()).flatMap(({ pid, name }) => {
    const kind = kinds.find(([, names]) => names.test(name.replace(/\.exe$/i, "")))?.[0];
    return kind === undefined ? [] : [{ kind, process: name, pid }];
  });
}
