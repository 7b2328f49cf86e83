import { QnapError } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import { readDatastoresOn } from "./datastores.ts";
import { detach, hostWidth, unmount } from "./hostStorage.ts";
import { readHosts } from "./hosts.ts";
import { powerOff } from "./power.ts";
import { type RegisteredVm, registeredOn, unregister } from "./registration.ts";
import { mustBeSame, type RecordedHost, type RecordedVm, type ReleaseRecord } from "./releaseRecord.ts";
import type { VimSession } from "./session.ts";
import type { VCenter } from "./vcenter.ts";

export interface ReleaseOptions {
  /** How long guests get to shut down by themselves. */
  guestMs: number;
  /** Heeded only before the first VM is touched. */
  signal?: AbortSignal | undefined;
  progress?: ((status: string) => void) | undefined;
}

/**
 * Gives the LUN up on every host: guests shut down (or switched off after the limit), VMs unregistered, datastores unmounted, the
 * LUN detached; each step proven, and all of it looked at once more at the end. May be repeated.
 */
export async function release(vcenter: VCenter, record: ReleaseRecord, options: ReleaseOptions): Promise<void> {
  const { session } = vcenter;
  const { guestMs, signal, progress = () => undefined } = options;
  await mustBeSame(session, record);
  const vms = await stillRegistered(session, record);
  signal?.throwIfAborted();
  progress(`Shutting ${vms.length} VMs down`);
  await powerOff(vcenter, vms, { guestMs });
  progress(`Unregistering ${vms.length} VMs`);
  await onEach(vms, vms.length, (vm) =>
    vcenter.removes.within(vm.host?.id ?? "", undefined, () => unregister(session, vm)),
  );
  progress(`Unmounting and detaching on ${record.hosts.length} hosts`);
  await onEach(record.hosts, hostWidth, (host) => unmountAll(session, record, host));
  await onEach(record.hosts, hostWidth, (host) => detach(session, host, record.diskName));
  await mustBeReleased(session, record);
}

/** The record's VMs that are registered, under the morefs that they have now. Another one on the LUN was never planned for. */
async function stillRegistered(session: VimSession, record: ReleaseRecord): Promise<RecordedVm[]> {
  const now = await registeredOnDisk(session, record);
  const pairs = now.map((vm) => ({ vm, recorded: record.vms.find((one) => isSame(one, vm)) }));
  const strangers = pairs.filter(({ recorded }) => recorded === undefined).map(({ vm }) => `VM '${vm.name}'`);
  if (strangers.length > 0) throw notReleased(session, record, strangers);
  return pairs.flatMap(({ vm: { ref, host }, recorded }) => (recorded ? [{ ...recorded, ref, host }] : []));
}

function isSame({ instanceUuid, path }: RecordedVm, vm: RegisteredVm): boolean {
  return instanceUuid === vm.instanceUuid || path === vm.path;
}

async function registeredOnDisk(session: VimSession, { diskName }: ReleaseRecord): Promise<RegisteredVm[]> {
  const stores = await readDatastoresOn(session, [diskName]);
  const found = (await Promise.all(stores.map(({ ref }) => registeredOn(session, ref)))).flat();
  return [...new Map(found.map((vm) => [vm.ref.id, vm])).values()];
}

async function unmountAll(session: VimSession, { datastores, diskName }: ReleaseRecord, host: RecordedHost) {
  for (const { name, vmfsUuid } of datastores) await unmount(session, host, { name, vmfsUuid, diskName });
}

/** As vCenter shows it: also on hosts that have come since the record was made. */
async function mustBeReleased(session: VimSession, record: ReleaseRecord): Promise<void> {
  const [hosts, stores, vms] = await Promise.all([
    readHosts(session, [record.diskName]),
    readDatastoresOn(session, [record.diskName]),
    registeredOnDisk(session, record),
  ]);
  const attached = hosts.filter(({ luns }) => luns.some((lun) => lun.attached)).map(({ name }) => `host ${name}`);
  const mounted = stores.filter(({ mounts }) => mounts.some((one) => one.mounted)).map(({ name }) => `'${name}'`);
  const left = [...attached, ...mounted, ...vms.map(({ name }) => `VM '${name}'`)];
  if (left.length > 0) throw notReleased(session, record, left);
}

function notReleased(session: VimSession, { naa }: ReleaseRecord, left: readonly string[]): QnapError {
  return new QnapError("LunNotReleased", { vcenter: session.name, naa, left });
}

/** All are tried; the first failure is thrown when none is under way any more. */
async function onEach<T>(items: readonly T[], width: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const failed = (await settleAll(items, width, work)).find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
}
