import { objects, retrieve } from "./properties.ts";
import type { VimSession } from "./session.ts";
import type { Vm } from "./virtualMachines.ts";
import { detached, type MoRef, text } from "./xml.ts";

export interface RunningTask {
  task: MoRef;
  /** What vCenter calls it, such as VirtualMachine.createSnapshot. */
  what: string;
}

/** Those of these tasks that are queued or running. */
export async function runningAmong(session: VimSession, tasks: readonly MoRef[]): Promise<RunningTask[]> {
  const wanted = [{ type: "Task", paths: ["info.state", "info.descriptionId"] }];
  const found = await retrieve(session, wanted, objects(tasks), ({ ref, get }) =>
    detached({ task: ref, what: text(get("info.descriptionId")) ?? "a task", state: text(get("info.state")) ?? "" }),
  );
  return found.filter(({ state }) => state === "queued" || state === "running");
}

/** The tasks that run on these VMs just now, by VM id: what vCenter calls them. */
export async function readRunningTasks(session: VimSession, vms: readonly Vm[]): Promise<Map<string, string>> {
  const owners = new Map(vms.flatMap((vm) => vm.recentTasks.map((task) => [task.id, vm.ref.id] as const)));
  const tasks = vms.flatMap(({ recentTasks }) => recentTasks);
  const running = await runningAmong(session, tasks);
  return new Map(running.map(({ task, what }) => [owners.get(task.id) ?? "", what]));
}

/** Whether a task moves a VM to another host or datastore; names as vCenter gives them (assumed from its event catalogue). */
export function isMotion(task: string): boolean {
  return /relocate|migrate|VMotion|StorageMigration/i.test(task);
}
