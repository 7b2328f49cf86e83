import { datastoreIn } from "./names.ts";
import type { PlacedVm } from "./virtualMachines.ts";

/** The VMs whose files no longer lie where they did: they moved while the snapshot was taken, or are gone. */
export function movedBetween<T extends PlacedVm>(before: readonly T[], after: readonly PlacedVm[]): T[] {
  const now = new Map(after.map((vm) => [vm.ref.id, placement(vm)]));
  return before.filter((vm) => now.get(vm.ref.id) !== placement(vm));
}

/** Its configuration file, and the datastores of its disks with their parents. */
function placement({ path, disks }: PlacedVm): string {
  const datastores = new Set(disks.flatMap(({ paths }) => paths.map(datastoreIn)));
  return [path, ...[...datastores].sort()].join("\n");
}
