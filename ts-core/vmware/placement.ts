import type { Vm } from "./virtualMachines.ts";

/** The VMs whose files no longer lie where they did: they moved while the snapshot was taken, or are gone. */
export function movedBetween(before: readonly Vm[], after: readonly Vm[]): Vm[] {
  const now = new Map(after.map((vm) => [vm.ref.id, placement(vm)]));
  return before.filter((vm) => now.get(vm.ref.id) !== placement(vm));
}

function placement({ path, files }: Vm): string {
  const places = files.filter(({ role }) => role === "Config" || role === "Disk");
  return [path, ...places.map(({ role, datastore }) => `${role} ${datastore}`).sort()].join("\n");
}
