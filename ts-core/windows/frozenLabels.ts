import type { Consistency, VmInSnapshot, WriterLabel } from "../model.ts";
import type { Evidence } from "../ports.ts";
import { hex, writerFailure } from "../vss/failures.ts";
import type { Writer, WriterComponent } from "../vss/requestor.ts";
import { type HeldVm, inSnapshot, runs, type WindowsHold } from "./holdRecord.ts";
import { isOnLun } from "./inventory.ts";

/** Microsoft Hyper-V VSS Writer. Each of its components is a VM, by its id. */
export const hyperVWriter = "{66841CD4-6DED-4F4B-8F17-FD23F8DDC3DE}";

const leftOut = {
  PartlyElsewhere: "a part of it lies on volumes that are not in the set",
  RequiredElsewhere: "what its application needs in every backup lies on volumes that are not in the set",
  NotSelectable: "its application does not let it be chosen",
};

/** What a finished set says of one LUN in it. */
export function frozenEvidence(hold: WindowsHold, writers: readonly Writer[], frozenMs: number): Evidence {
  const own = writers
    .map((writer) => ({ ...writer, components: writer.components.filter((one) => isOn(hold, one)) }))
    .filter(({ components }) => components.length > 0);
  const hyperV = own.find(({ id }) => id.toUpperCase() === hyperVWriter);
  return {
    vms: hold.hyperVCheckpoint === "Memory" ? [] : hold.vms.map((vm) => vmLabel(vm, hyperV)),
    writers: own.map(writerLabel),
    volumes: { consistency: "FileSystem", reason: null },
    heldMs: Math.round(frozenMs),
  };
}

function isOn(hold: WindowsHold, { paths }: WriterComponent): boolean {
  return paths.some((path) => isOnLun(hold, path));
}

function writerLabel(writer: Writer): WriterLabel {
  const reason = writerFailure(writer) ?? firstFailure(writer.components);
  return {
    name: writer.name,
    id: writer.id,
    consistency: reason === undefined ? "Application" : "Crash",
    reason: reason ?? null,
  };
}

function firstFailure(components: readonly WriterComponent[]): string | undefined {
  for (const component of components) {
    const failure = componentFailure(component);
    if (failure !== undefined) return `'${component.caption || component.name}': ${failure}`;
  }
  return undefined;
}

function componentFailure({ selected, reason, hr = 0, message }: WriterComponent): string | undefined {
  if (!selected) return reason ? leftOut[reason] : "it was not chosen";
  return hr === 0 ? undefined : `${hex(hr)}${message ? ` (${message})` : ""}`;
}

function vmLabel(vm: HeldVm, writer: Writer | undefined): VmInSnapshot {
  if (vm.changed) return inSnapshot(vm, "Unverified", "it changed or could not be looked at afterwards");
  if (!runs(vm)) return inSnapshot(vm, vm.state === "Saved" ? "Memory" : "PoweredOff", null);
  const component = writer?.components.find(({ name }) => name.toLowerCase() === vm.id);
  if (!writer || !component) return inSnapshot(vm, "Crash", "Hyper-V's VSS writer does not know it");
  const failure = writerFailure(writer) ?? componentFailure(component);
  if (failure !== undefined) return inSnapshot(vm, "Crash", failure);
  return inSnapshot(vm, ...guestLabel(vm));
}

/** What the guest did of it Hyper-V does not tell: only where its backup service runs, it was asked at all. */
function guestLabel({ backup, guest }: HeldVm): [Consistency, string | null] {
  if (!backup)
    return ["Crash", "its integration service for backups does not run, so nothing inside was asked to write out"];
  if (guest === "Windows") return ["Application", null];
  // In Linux the file systems are frozen; applications take no part.
  return ["FileSystem", guest === "Linux" ? null : "which guest runs in it is not known"];
}
