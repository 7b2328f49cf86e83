import { QnapError } from "../errors.ts";
import type { Context } from "../rpc/operation.ts";
import { findDisk, mustBeSame, setOffline } from "./disk.ts";
import { ensure } from "./ensure.ts";
import { type HyperVVm, readInventory, vmsOn } from "./inventory.ts";
import type { HostSession } from "./powershell.ts";
import type { LunRelease, RecordedPartition, RecordedVm } from "./releaseRecord.ts";
import { passedThrough } from "./rules.ts";
import { readVm } from "./vms.ts";

/** The memory of a large VM goes to the disk with its state (assumed: 100 MB/s, 256 GB). */
const saveMs = 45 * 60_000;
const inUse = 4;

/**
 * Gives the LUN up: VMs saved, volumes flushed and dismounted, the disk offline, VMs forgotten. Each step is proven, and may be
 * repeated. Log-ins stay: they belong to the target, and other LUNs on it are in use.
 */
export async function release(host: HostSession, record: LunRelease, { signal, progress }: Context): Promise<void> {
  const tell = (status: string) => progress({ activity: "Restoring LUN", status });
  await mustBeAsRecorded(host, record);
  signal.throwIfAborted();
  for (const vm of record.vms.filter(mustBeSaved)) {
    tell(`Saving VM '${vm.name}'`);
    await save(host, vm);
  }
  if (!record.disk.offline) await takeOffline(host, record, tell);
  for (const vm of record.vms) await forget(host, record, vm);
}

export function mustBeSaved({ state }: Pick<HyperVVm, "state">): boolean {
  return state !== "Off" && state !== "Saved";
}

/** Services and programs that work on these paths, in words. */
export function usersOf(host: HostSession, paths: readonly string[]): Promise<string[]> {
  return paths.length === 0 ? Promise.resolve([]) : host.read<string>("Get-HostUse", { Path: paths });
}

/** A VM that has come since was never planned for. */
async function mustBeAsRecorded(host: HostSession, { naa, disk, vms }: LunRelease): Promise<void> {
  const inventory = await readInventory(host, naa);
  const now = await findDisk(host, naa);
  if (!inventory || !now) throw new QnapError("WindowsDiskNotThere", { naa });
  mustBeSame(now, disk);
  const came = vmsOn(inventory).filter(({ id }) => !vms.some((vm) => vm.id === id));
  const strangers = [...came, ...passedThrough(inventory)];
  if (strangers.length > 0)
    throw stillUsed(
      naa,
      strangers.map(({ name }) => `VM '${name}'`),
    );
}

function save(host: HostSession, { id, name }: RecordedVm): Promise<void> {
  return ensure({
    what: `save VM '${name}'`,
    withinMs: saveMs,
    isSo: async () => !mustBeSaved((await readVm(host, id)) ?? { state: "Off" }),
    act: () => host.act("Save-HostVM", { Id: id }, saveMs),
  });
}

async function takeOffline(host: HostSession, record: LunRelease, tell: (status: string) => void): Promise<void> {
  const { naa, partitions } = record;
  const users = await usersOf(
    host,
    partitions.flatMap(({ paths }) => paths),
  );
  if (users.length > 0) throw stillUsed(naa, users);
  tell("Flushing and dismounting its volumes");
  const open = await dismountVolumes(host, partitions, true);
  if (open !== undefined) throw stillUsed(naa, [`somebody has a file open on ${open}`]);
  tell("Taking the disk offline");
  await setOffline(host, naa, true);
}

/** Where somebody has a file open, so that it stays mounted; undefined: nobody had. */
export async function dismountVolumes(
  host: HostSession,
  places: readonly Pick<RecordedPartition, "volume" | "paths">[],
  flush: boolean,
): Promise<string | undefined> {
  for (const { volume, paths } of places) {
    if (volume === null) continue;
    const name = paths[0] ?? volume;
    if (flush) await host.act("Sync-HostVolume", { Volume: volume });
    const [code] = await host.act<number>("Dismount-HostVolume", { Volume: volume });
    if (code === inUse) return name;
    if (code !== 0) throw new QnapError("WindowsRefused", { call: "dismount", id: code, hresult: code, reason: name });
  }
  return undefined;
}

/**
 * With its disk away Hyper-V forgets a VM and can touch none of its files; registered anew it is what is on the disk then. One that
 * it does not forget stays, and finds its files again when they are back (assumed).
 */
async function forget(host: HostSession, { naa }: LunRelease, { id }: RecordedVm): Promise<void> {
  if (await readVm(host, id)) await host.act("Unregister-HostVM", { Naa: naa, Id: id }).catch(() => undefined);
}

function stillUsed(naa: string, users: readonly string[]): QnapError {
  return new QnapError("WindowsDiskInUse", { naa, users });
}
