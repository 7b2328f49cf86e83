import type { VimSession } from "./session.ts";
import { elements, refElements } from "./soap.ts";
import { all, flag, type MoRef, moRef, text } from "./xml.ts";

/** What taking and removing VM snapshots needs on each VM. */
export const snapshotPrivileges = ["VirtualMachine.State.CreateSnapshot", "VirtualMachine.State.RemoveSnapshot"];

/** What a restore needs besides, on VMs and on hosts. One that is undone starts the VMs again. */
export const restoreVmPrivileges = [
  "VirtualMachine.Interact.PowerOff",
  "VirtualMachine.Interact.PowerOn",
  "VirtualMachine.Inventory.Unregister",
];
/** On the folder and the pool, in which a VM is registered again. */
export const restoreFolderPrivileges = ["VirtualMachine.Inventory.Register"];
export const restorePoolPrivileges = ["Resource.AssignVMToPool"];
export const restoreHostPrivileges = ["Host.Config.Storage"];

const entitiesPerCall = 500;

/** The privileges that our account lacks, by object id; nothing for objects where it has all. */
export async function readMissingPrivileges(
  session: VimSession,
  entities: readonly MoRef[],
  privileges: readonly string[],
): Promise<Map<string, string[]>> {
  const manager = (await session.content()).ref("authorizationManager");
  const missing = new Map<string, string[]>();
  for (let from = 0; from < entities.length; from += entitiesPerCall) {
    const { key } = await session.logIn();
    const some = entities.slice(from, from + entitiesPerCall);
    const args = [refElements("entity", some), elements("sessionId", [key]), elements("privId", privileges)];
    for (const answer of await session.call("HasPrivilegeOnEntities", manager, args)) {
      const lacking = all(answer, "privAvailability").filter((one) => flag(one, "isGranted") !== true);
      const names = lacking.map((one) => text(one, "privId") ?? "");
      if (names.length > 0) missing.set(moRef(answer, "entity")?.id ?? "", names);
    }
  }
  return missing;
}
