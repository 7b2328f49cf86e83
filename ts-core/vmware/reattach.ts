import { reasonOf } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import { attachHosts } from "./attachHosts.ts";
import { datastoreIn } from "./names.ts";
import { startAll } from "./power.ts";
import { displaced, putBackAll, type Returned } from "./putBack.ts";
import { type Candidate, type Missing, type Registered, registerVms } from "./registerVms.ts";
import type { RegisteredVm } from "./registration.ts";
import { mustBeSame, type ReleaseRecord } from "./releaseRecord.ts";
import { findReturned, onDatastore, putBackFolders, type ReturnedDatastore, renamed } from "./returnedDatastores.ts";
import { findVmFiles } from "./strayVms.ts";
import type { VCenter } from "./vcenter.ts";
import type { MoRef } from "./xml.ts";

export interface ReattachOptions {
  /** Where VMs lay when the LUN snapshot was taken, by instance id: they may lie in another folder now. */
  pathsByInstanceUuid?: ReadonlyMap<string, string>;
  /** Starts the VMs that ran when the record was made: for a restore that is undone. */
  powerOnAgain?: boolean;
  progress?: ((status: string) => void) | undefined;
}

export interface Reattached {
  /** All VMs of the record that are registered now. */
  registered: (Pick<RegisteredVm, "ref" | "name" | "host" | "instanceUuid"> & { before: MoRef })[];
  /** Not in the LUN any more, or not to be registered: no error, but told. */
  missing: Missing[];
  /** Configuration files of VMs on the LUN that were not registered before, and are not now. */
  unregistered: string[];
  /** What could not be put back, in words. */
  lost: string[];
}

/**
 * Takes the LUN back on every host that had it, registers the VMs that were registered, and puts back what hung on them. May be
 * repeated, from whatever state release or reattach was left in; never stops for a cancel. Throws when something is left to be
 * done, after having done what could be.
 */
export async function reattach(
  vcenter: VCenter,
  record: ReleaseRecord,
  { pathsByInstanceUuid = new Map(), powerOnAgain = false, progress = () => undefined }: ReattachOptions = {},
): Promise<Reattached> {
  await mustBeSame(vcenter.session, record);
  progress(`Attaching the LUN on ${record.hosts.length} hosts`);
  const hosts = await attachHosts(vcenter.session, record);
  const pairs = await findReturned(vcenter.session, record, hosts.failures);
  progress(`Registering ${record.vms.length} VMs`);
  const vms = await registerVms(vcenter, record, candidatesOf(record, pairs, pathsByInstanceUuid));
  progress("Putting back what hung on the VMs");
  const failures = [...hosts.failures, ...vms.failures];
  const going = (work: Promise<string[]>) =>
    work.catch((error: unknown) => {
      failures.push(error);
      return [];
    });
  const lost = [
    ...hosts.gone.map(({ name }) => `Host ${name} is no longer in vCenter`),
    ...pairs.flatMap(renamed),
    ...vms.found.flatMap(displaced),
    ...(await going(putBackFolders(vcenter, pairs))),
    ...(await going(putBackAll(vcenter, record, returnedOf(vms, pairs)))),
    ...(powerOnAgain ? await going(startAgain(vcenter, vms)) : []),
  ];
  if (failures.length > 0) throw failures[0];
  const { unregistered, unsearched } = await findUnregistered(vcenter, vms, pairs);
  const registered = vms.found.map(({ vm: { name, instanceUuid, ref: before }, now: { ref, host } }) => {
    return { name, instanceUuid, before, ref, host };
  });
  return { registered, missing: vms.missing, unregistered, lost: [...lost, ...unsearched] };
}

function candidatesOf(
  { vms }: ReleaseRecord,
  pairs: readonly ReturnedDatastore[],
  earlier: ReadonlyMap<string, string>,
): Candidate[] {
  return vms.flatMap((vm) => {
    const pair = pairs.find(({ recorded }) => recorded.name === datastoreIn(vm.path));
    if (pair === undefined) return [];
    const path = onDatastore(pair.now, vm.path);
    const then = earlier.get(vm.instanceUuid);
    const paths = [...(then === undefined ? [] : [onDatastore(pair.now, then)]), path, otherKind(path)];
    return [{ vm: { ...vm, path }, datastore: pair.now, paths: [...new Set(paths)] }];
  });
}

/** vCenter renames the file of a VM that becomes a template, and back. */
function otherKind(path: string): string {
  return path.endsWith(".vmtx") ? path.replace(/\.vmtx$/, ".vmx") : path.replace(/\.vmx$/, ".vmtx");
}

function returnedOf({ found }: Registered, pairs: readonly ReturnedDatastore[]): Returned[] {
  const stores = pairs.map(({ recorded, now }) => {
    return { title: `Datastore '${now.name}'`, before: recorded.ref, now: now.ref, belongings: recorded };
  });
  const vms = found.map(({ vm, now }) => {
    return { title: `VM '${vm.name}'`, before: vm.ref, now: now.ref, belongings: vm };
  });
  return [...stores, ...vms].filter(({ before, now }) => before.id !== now.id);
}

function startAgain(vcenter: VCenter, { found }: Registered): Promise<string[]> {
  const ran = found.filter(({ vm }) => vm.power === "PoweredOn");
  return startAll(
    vcenter,
    ran.map(({ now }) => now),
  );
}

/** Nothing hangs on it but what is told. */
async function findUnregistered(vcenter: VCenter, { found, missing }: Registered, pairs: readonly ReturnedDatastore[]) {
  const known = new Set([...found.map(({ now }) => now.path), ...missing.map(({ path }) => path)]);
  const outcomes = await settleAll(pairs, pairs.length, ({ now }) => findVmFiles(vcenter, now));
  const files = outcomes.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  const unsearched = outcomes.flatMap((one, index) => {
    if (one.status === "fulfilled") return [];
    return [`Datastore '${pairs[index]?.now.name}' was not searched for further VMs: ${reasonOf(one.reason)}`];
  });
  return { unregistered: files.filter((path) => !known.has(path)).sort(), unsearched };
}
