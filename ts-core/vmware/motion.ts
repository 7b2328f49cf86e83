import { objects, retrieve } from "./properties.ts";
import type { VimSession } from "./session.ts";
import type { Vm } from "./virtualMachines.ts";
import { text } from "./xml.ts";

/** The tasks that run on these VMs just now, by VM id: what vCenter calls them. */
export async function readRunningTasks(session: VimSession, vms: readonly Vm[]): Promise<Map<string, string>> {
  const owners = new Map(vms.flatMap((vm) => vm.recentTasks.map((task) => [task.id, vm.ref.id] as const)));
  const tasks = vms.flatMap(({ recentTasks }) => recentTasks);
  const wanted = [{ type: "Task", paths: ["info.state", "info.descriptionId"] }];
  const found = await retrieve(session, wanted, objects(tasks), ({ ref, get }) => ({
    vm: owners.get(ref.id) ?? "",
    what: text(get("info.descriptionId")) ?? "a task",
    running: ["queued", "running"].includes(text(get("info.state")) ?? ""),
  }));
  return new Map(found.filter(({ running }) => running).map(({ vm, what }) => [vm, what]));
}

/** Whether a task moves a VM to another host or datastore; names as vCenter gives them (assumed from its event catalogue). */
export function isMotion(task: string): boolean {
  return /relocate|migrate|VMotion|StorageMigration/i.test(task);
}

/** The VMs whose files no longer lie where they did: they moved while the snapshot was taken, or are gone. */
export function movedBetween(before: readonly Vm[], after: readonly Vm[]): Vm[] {
  const now = new Map(after.map((vm) => [vm.ref.id, placement(vm)]));
  return before.filter((vm) => now.get(vm.ref.id) !== placement(vm));
}

function placement({ path, files }: Vm): string {
  const places = files.filter(({ role }) => role === "Config" || role === "Disk");
  return [path, ...places.map(({ role, datastore }) => `${role} ${datastore}`).sort()].join("\n");
}
