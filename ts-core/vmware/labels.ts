import type { Consistency } from "../model.ts";
import type { SnapshotMethod } from "./methods.ts";
import type { GuestFamily, PowerState } from "./virtualMachines.ts";

/** In which state a VM comes back from the LUN snapshot. */
export type VmLabel = Exclude<Consistency, "Unverified">;

/** What vSphere says of the VM snapshot that was made; undefined: none was. */
export interface TreeEvidence {
  quiesced: boolean;
  memory: boolean;
}

export interface LabelFacts {
  power: PowerState;
  guest: GuestFamily;
  method: SnapshotMethod;
  tree: TreeEvidence | undefined;
}

interface Row {
  power: PowerState;
  guest?: GuestFamily;
  method?: readonly SnapshotMethod[];
  tree?: Partial<TreeEvidence>;
  label: VmLabel;
}

const quiescing = ["Quiesce", "QuiesceOrFallback"] as const;

/** The first row that fits counts. Only what vSphere itself says of the snapshot makes more than a crash of a running VM. */
export const labelTable: readonly Row[] = [
  { power: "PoweredOff", label: "PoweredOff" },
  // Nothing runs: disks and memory lie in files on the datastore, with or without a VM snapshot.
  { power: "Suspended", label: "Memory" },
  // VMware Tools quiesce Windows through VSS and its writers.
  { power: "PoweredOn", guest: "Windows", method: quiescing, tree: { quiesced: true }, label: "Application" },
  // In Linux Tools freeze the file systems; applications take part only by scripts, which nobody can prove.
  { power: "PoweredOn", guest: "Linux", method: quiescing, tree: { quiesced: true }, label: "FileSystem" },
  { power: "PoweredOn", method: ["Memory"], tree: { memory: true }, label: "Memory" },
  // Quiesced in another guest: what that means there is not known, so it counts for nothing.
  { power: "PoweredOn", label: "Crash" },
];

export function labelOf(facts: LabelFacts): VmLabel {
  return labelTable.find((row) => fits(row, facts))?.label ?? "Crash";
}

/** The same from what the VM showed when it was held. One that was not seen in the same power state all the time counts as running. */
export function labelBy(
  { power, guest, method }: Omit<LabelFacts, "tree">,
  shown: { power: PowerState; snapshots: readonly TreeEvidence[] } | undefined,
): VmLabel {
  const throughout = shown?.power === power ? power : "PoweredOn";
  return labelOf({ power: throughout, guest, method, tree: shown?.snapshots[0] });
}

/** The label when vSphere does all that the method asks for. */
export function expectedLabel(facts: Omit<LabelFacts, "tree">): VmLabel {
  return labelOf({ ...facts, tree: { quiesced: true, memory: true } });
}

function fits(row: Row, { power, guest, method, tree }: LabelFacts): boolean {
  if (row.power !== power) return false;
  if (row.guest !== undefined && row.guest !== guest) return false;
  if (row.method !== undefined && !row.method.includes(method)) return false;
  if (row.tree?.quiesced && !tree?.quiesced) return false;
  return !row.tree?.memory || tree?.memory === true;
}
