import type { SnapshotMethod } from "../model.ts";
import { matcher } from "../wildcard.ts";
import type { Vm } from "./virtualMachines.ts";

/** Quiesce: with the guest quiesced, or not at all. QuiesceOrFallback: quiesced if possible. Memory: with its memory. */
export type { SnapshotMethod };

/** VMs by name (PowerShell wildcards) or by a vSphere tag. */
export type VmSelector = { name: string } | { tag: string };

export interface MethodPolicy {
  method: SnapshotMethod;
  /** Only these VMs get a VM snapshot; empty: all of them. */
  include: readonly VmSelector[];
  /** These VMs get none, whatever includes them. */
  exclude: readonly VmSelector[];
  /** Another method for some VMs; the first that fits counts. */
  overrides: readonly { vms: VmSelector; method: SnapshotMethod }[];
}

type Named = Pick<Vm, "ref" | "name" | "template">;

/** The method for each VM, by VM id. `tags` gives the names of the tags of a VM by its id. */
export function chooseMethods(
  { method, include, exclude, overrides }: MethodPolicy,
  vms: readonly Named[],
  tags: ReadonlyMap<string, readonly string[]> = new Map(),
): Map<string, SnapshotMethod> {
  const included = include.map(compiled);
  const excluded = exclude.map(compiled);
  const special = overrides.map((one) => ({ fits: compiled(one.vms), method: one.method }));
  const choose = (vm: Named): SnapshotMethod => {
    const names = tags.get(vm.ref.id) ?? [];
    const fits = (one: Fits) => one(vm, names);
    // vSphere makes no snapshots of templates; they do not change anyway.
    if (vm.template || excluded.some(fits)) return "None";
    if (included.length > 0 && !included.some(fits)) return "None";
    return special.find((one) => fits(one.fits))?.method ?? method;
  };
  return new Map(vms.map((vm) => [vm.ref.id, choose(vm)]));
}

/** Tags cost further calls: they are read only where a selector asks for one. */
export function wantsTags({ include, exclude, overrides }: MethodPolicy): boolean {
  return [...include, ...exclude, ...overrides.map(({ vms }) => vms)].some((selector) => "tag" in selector);
}

type Fits = (vm: Named, tags: readonly string[]) => boolean;

function compiled(selector: VmSelector): Fits {
  if ("name" in selector) {
    const matches = matcher(selector.name);
    return (vm) => matches(vm.name);
  }
  const matches = matcher(selector.tag);
  return (_, tags) => tags.some(matches);
}
