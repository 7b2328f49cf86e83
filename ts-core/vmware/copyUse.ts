import { QnapError } from "../errors.ts";
import type { PlacedCopy } from "../ports.ts";
import { detach, readMounted, unmount } from "./hostStorage.ts";
import type { Host } from "./hosts.ts";
import { type Inventory, readUse, vmsInside } from "./inventory.ts";
import { planRelease } from "./planRelease.ts";
import { readReleaseFacts } from "./releaseFacts.ts";
import type { VimSession } from "./session.ts";

/** The hosts that see a copy. Refuses, with everything that stands against it, while it cannot be taken away from them. */
export async function mustRelease(
  session: VimSession,
  copy: PlacedCopy<"VMware">,
  signal?: AbortSignal,
): Promise<Host[]> {
  const use = await readUse(session, copy.naa, signal);
  const reasons = use.hosts.length === 0 ? [] : await obstacles(session, use, copy);
  if (reasons.length === 0) return use.hosts;
  const datastore = use.datastores[0]?.name ?? "not mounted";
  throw new QnapError("CopyInUse", { lun: copy.name, datastore, vcenter: session.name, reasons });
}

async function obstacles(session: VimSession, use: Inventory, { place }: PlacedCopy<"VMware">): Promise<string[]> {
  const inside = vmsInside(use);
  const others = { ...use, vms: use.vms.filter((vm) => !inside.includes(vm)) };
  const { refusals } = planRelease(others, await readReleaseFacts(session, others));
  const asOriginal = use.datastores.filter(({ vmfsUuid }) => vmfsUuid === place.originalVmfsUuid);
  return [
    ...asOriginal.map(({ name }) => `somebody mounted it as the original ('${name}'); unmount it on that host by hand`),
    ...inside.map(({ name, template }) => `${template ? "template" : "VM"} '${name}' is registered on it`),
    ...refusals.map(({ on, name, reason }) => `${words[on.type] ?? on.type} '${name}': ${reason}`),
  ];
}

const words: Record<string, string> = { VirtualMachine: "VM", HostSystem: "host", Datastore: "datastore" };

/** Unmounts and detaches it on every host that sees it; a host only sees it, or has it mounted too. */
export async function release(session: VimSession, copy: PlacedCopy<"VMware">): Promise<void> {
  const { hosts, datastores, diskName } = await readUse(session, copy.naa);
  for (const host of hosts) {
    for (const vmfsUuid of await readMounted(session, host, diskName)) {
      const name = datastores.find((one) => one.vmfsUuid === vmfsUuid)?.name ?? vmfsUuid;
      await unmount(session, host, { name, vmfsUuid, diskName });
    }
  }
  for (const host of hosts) await detach(session, host, diskName);
}
