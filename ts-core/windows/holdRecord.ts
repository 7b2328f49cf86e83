import type { VmInSnapshot } from "../model.ts";
import type { HoldOptions, HoldRecord } from "../ports.ts";
import { filesElsewhere, type HyperVVm, type Inventory, type Places, vmsOn } from "./inventory.ts";
import { windows } from "./names.ts";
import type { HostSession } from "./powershell.ts";
import { hasData } from "./rules.ts";

/** What the journal keeps of a LUN that this Windows holds for a snapshot. */
export interface WindowsHold extends HoldRecord, HoldOptions, Places {
  /** `\\?\Volume{...}\` of each volume on it. */
  volumes: string[];
  vms: HeldVm[];
}

/** A VM on the LUN, as it was. */
export type HeldVm = Pick<HyperVVm, "id" | "name" | "state" | "guest" | "backup" | "checkpointType" | "files"> & {
  /** It was another one, or elsewhere, or in another state, when it was looked at again. */
  changed?: true;
};

export function recordHold(inventory: Inventory, { hyperVCheckpoint }: HoldOptions): WindowsHold {
  const { naa, partitions, accessPaths } = inventory;
  return {
    consumer: windows,
    naa,
    hyperVCheckpoint,
    volumes: partitions.filter(hasData).flatMap(({ volume }) => volume?.path ?? []),
    partitions: partitions.map((one) => ({ accessPaths: one.accessPaths })),
    accessPaths,
    vms: vmsOn(inventory).map(heldVm),
  };
}

function heldVm({ id, name, state, guest, backup, checkpointType, files }: HyperVVm): HeldVm {
  return { id, name, state, guest, backup, checkpointType, files };
}

/** With a second look at VMs that were not held themselves: one that changed meanwhile counts for nothing. */
export async function asTheyAre(host: HostSession, holds: readonly WindowsHold[]): Promise<WindowsHold[]> {
  if (holds.every(({ vms }) => vms.length === 0)) return [...holds];
  const now = await host.read<HyperVVm>("Get-HostVM").catch((): HyperVVm[] => []);
  const stayed = (hold: WindowsHold, vm: HeldVm) =>
    now.some(
      ({ id, state, files }) => id === vm.id && state === vm.state && filesElsewhere(hold, { files }).length === 0,
    );
  const looked = (hold: WindowsHold, vm: HeldVm): HeldVm => (stayed(hold, vm) ? vm : { ...vm, changed: true });
  return holds.map((hold) => ({ ...hold, vms: hold.vms.map((vm) => looked(hold, vm)) }));
}

export function inSnapshot(vm: HeldVm, consistency: VmInSnapshot["consistency"], reason: string | null): VmInSnapshot {
  const { id, name, state, guest, files } = vm;
  return {
    name,
    consistency,
    reason,
    id,
    instanceUuid: id,
    path: files.find(({ role }) => role === "Configuration")?.path ?? "",
    template: false,
    powerState: state,
    guest,
    host: null,
    folder: null,
    pool: null,
    disks: files.filter(({ role }) => role === "Disk").map(({ path }) => path),
    tags: null,
  };
}

/** Whether it has memory or a guest that would be lost without a hold. */
export function runs({ state }: Pick<HeldVm, "state">): boolean {
  return state !== "Off" && state !== "Saved";
}
