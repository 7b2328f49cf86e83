import type { PlanStep } from "../model.ts";
import type { CopyHolder, LunIdentity, MountedCopy, MountPlace } from "../ports.ts";

const look = (action: string): PlanStep => ({ action, changes: false });
const change = (action: string): PlanStep => ({ action, changes: true });

/** What was looked at before a copy is made. */
export function seenFrom(place: MountPlace, { name, naa }: LunIdentity): PlanStep {
  if (place.consumer === "Windows")
    return look(`This server sees LUN '${name}' (NAA ${naa}), and ${place.path} is free`);
  return look(`ESXi host '${place.vmHost}' of ${place.vcenter} sees LUN '${name}' (naa.${naa})`);
}

export function mountSteps(place: MountPlace): PlanStep[] {
  if (place.consumer === "Windows")
    return [
      change("Look for the new disk, and give it an identity of its own: its GUID or signature is the original's"),
      change("For that it is writable and online for a moment; then it is made read-only, and brought online"),
      change(`Mount its volume at ${place.path}; several volumes get a folder each below it`),
    ];
  return [
    change(`Rescan the storage of '${place.vmHost}' and give the copy a VMFS signature of its own`),
    change("Mount it beside the original; the other hosts that see the original rescan and see it too"),
  ];
}

export function dismountSteps(
  place: MountPlace,
  mounted: MountedCopy | null,
  naa: string,
  holders: readonly CopyHolder[],
): PlanStep[] {
  const copy =
    place.consumer === "Windows"
      ? `the disk at ${place.path} (NAA ${naa})`
      : `datastore '${datastoreOf(mounted)}' (naa.${naa})`;
  const user = place.consumer === "Windows" ? "No program, service or VM" : "No VM and no image";
  return [
    look(place.consumer === "Windows" ? `${user} uses ${copy}` : `${user} of ${copy} is in use`),
    ...holders.map((holder) =>
      "disk" in holder
        ? change(`Dismount its volumes and take ${holder.disk} offline`)
        : change(`Unmount it and detach its disk on ESXi host '${holder.vmHost}' of ${holder.vcenter}`),
    ),
  ];
}

/** In words, behind "is mounted". */
export function whereMounted(place: MountPlace, mounted: MountedCopy | null): string {
  if (place.consumer === "Windows") return `at ${place.path} on this server`;
  return `as datastore '${datastoreOf(mounted)}' on ESXi host '${place.vmHost}'`;
}

export function datastoreOf(mounted: MountedCopy | null): string | undefined {
  return mounted && "datastoreName" in mounted ? mounted.datastoreName : undefined;
}

export function pathOf(mounted: MountedCopy | null): string | undefined {
  return mounted && "path" in mounted ? mounted.path : undefined;
}

export function holderKey(holder: CopyHolder): string {
  return "disk" in holder ? holder.disk : `${holder.vcenter} ${holder.vmHost}`;
}
