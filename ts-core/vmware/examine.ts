import type { OpenVCenter } from "./directory.ts";
import { type Inventory, vmsInside } from "./inventory.ts";
import { chooseMethods, type SnapshotMethod, wantsTags } from "./methods.ts";
import { type Finding, methodsAfter, preflight } from "./preflight.ts";
import { readMissingPrivileges, snapshotPrivileges } from "./rights.ts";
import { readRunningTasks } from "./runningTasks.ts";
import { readTags } from "./tags.ts";
import type { MoRef } from "./xml.ts";

/** What speaks against a snapshot of the VMs on a LUN, and how each would be held. */
export interface Examination {
  findings: Finding[];
  /** By VM id, as the findings leave them. */
  methods: Map<string, SnapshotMethod>;
  /** Names of tags by VM id; undefined: this vCenter does not tell them. */
  tags: Map<string, string[]> | undefined;
}

/** Looks at everything that a snapshot depends on. Reads only. */
export async function examine({ vcenter, setting }: OpenVCenter, inventory: Inventory): Promise<Examination> {
  const { session } = vcenter;
  const vms = vmsInside(inventory);
  const refs = vms.map(({ ref }) => ref);
  const [tags, runningTasks, missingPrivileges] = await Promise.all([
    tagsOf({ vcenter, setting }, refs),
    readRunningTasks(session, vms),
    readMissingPrivileges(session, refs, snapshotPrivileges),
  ]);
  const methods = chooseMethods(setting.methods, vms, tags);
  const findings = preflight({ inventory, methods, runningTasks, missingPrivileges }, setting.verdicts);
  return { findings, methods: methodsAfter(methods, findings), tags };
}

/** Where no selector asks for a tag they are only kept on record: a vCenter that does not tell them must not stop a snapshot. */
async function tagsOf({ vcenter, setting }: OpenVCenter, refs: readonly MoRef[]) {
  if (refs.length === 0) return new Map<string, string[]>();
  const tags = readTags(vcenter.session, refs);
  return wantsTags(setting.methods) ? tags : tags.catch(() => undefined);
}
