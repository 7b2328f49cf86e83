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
  tags?: string[];
  /** What preflight found against it. */
  findings: string[];
}

export function heldVm(vm: Vm, { methods, tags, findings }: Examination): HeldVm {
  const { ref, name, guest, power, template, instanceUuid, path } = vm;
  const named = tags?.get(ref.id) ?? (tags === undefined ? undefined : []);
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
    ...(named === undefined ? {} : { tags: named }),
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
    ...(tags === undefined ? {} : { tags }),
  };
}
