import type { VmInSnapshot } from "../model.ts";
import type { Examination } from "./examine.ts";
import type { SnapshotMethod } from "./methods.ts";
import type { GuestFamily, PowerState, Vm } from "./virtualMachines.ts";
import type { MoRef } from "./xml.ts";

/** A VM as a journal keeps it while it is held, and a catalogue afterwards. Plain JSON. */
export interface HeldVm {
  ref: MoRef;
  name: string;
  method: SnapshotMethod;
  guest: GuestFamily;
  power: PowerState;
  template: boolean;
  instanceUuid: string;
  path: string;
  host: string | null;
  folder: string | null;
  pool: string | null;
  disks: string[];
  /** Null: this vCenter does not tell. */
  tags: string[] | null;
  /** What preflight found against it. */
  findings: string[];
}

export function heldVm(vm: Vm, { methods, tags, findings }: Examination): HeldVm {
  const { ref, name, guest, power, template, instanceUuid, path } = vm;
  return {
    ref,
    name,
    method: methods.get(ref.id) ?? "None",
    guest,
    power,
    template,
    instanceUuid,
    path,
    host: vm.host?.id ?? null,
    folder: vm.folder?.id ?? null,
    pool: vm.pool?.id ?? null,
    disks: vm.disks.flatMap(({ paths }) => paths.slice(0, 1)),
    tags: tags === undefined ? null : (tags.get(ref.id) ?? []),
    findings: findings.filter((one) => one.ref.id === ref.id).map(({ reason }) => reason),
  };
}

export function inSnapshot(vm: HeldVm, consistency: VmInSnapshot["consistency"], reason: string | null): VmInSnapshot {
  const { ref, name, instanceUuid, path, template, power, guest, host, folder, pool, disks, tags } = vm;
  return {
    name,
    consistency,
    reason,
    id: ref.id,
    instanceUuid,
    path,
    template,
    powerState: power,
    guest,
    host,
    folder,
    pool,
    disks,
    tags,
  };
}
