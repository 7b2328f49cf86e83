import type { Datastore } from "./datastores.ts";
import { objects, retrieve, retrieveOne } from "./properties.ts";
import type { VmPlace } from "./registration.ts";
import type { RecordedVm, ReleaseRecord } from "./releaseRecord.ts";
import type { VimSession } from "./session.ts";
import { detached, type MoRef, moRef, text } from "./xml.ts";

/** A host on which VMs of a datastore can be registered now, with what stands in for a pool or folder that is gone. */
export interface Place {
  host: MoRef;
  compute: MoRef;
  rootPool: MoRef;
  vmFolder: MoRef;
}

/** The connected hosts that have the datastore mounted and reach it. */
export async function readPlaces(session: VimSession, { mounts }: Datastore): Promise<Place[]> {
  const usable = mounts.filter(({ mounted, accessible }) => mounted && accessible).map(({ host }) => host);
  const wanted = [{ type: "HostSystem", paths: ["parent", "runtime.connectionState"] }];
  const hosts = await retrieve(session, wanted, objects(usable), ({ ref, get }) =>
    detached({ ref, compute: moRef(get("parent")), connection: text(get("runtime.connectionState")) }),
  );
  const computes = new Map(hosts.flatMap(({ compute }) => (compute ? [[compute.id, compute] as const] : [])));
  const rooms = new Map<string, Pick<Place, "rootPool" | "vmFolder">>();
  for (const compute of computes.values()) {
    const room = await readRoom(session, compute);
    if (room) rooms.set(compute.id, room);
  }
  return hosts.flatMap(({ ref, compute, connection }) => {
    const room = compute && rooms.get(compute.id);
    return room && connection === "connected" ? [{ host: ref, compute, ...room }] : [];
  });
}

async function readRoom(
  session: VimSession,
  compute: MoRef,
): Promise<Pick<Place, "rootPool" | "vmFolder"> | undefined> {
  const found = await retrieveOne(session, compute, ["resourcePool", "parent"]);
  const rootPool = moRef(found?.get("resourcePool"));
  const vmFolder = await vmFolderAbove(session, moRef(found?.get("parent")));
  return rootPool && vmFolder && detached({ rootPool, vmFolder });
}

async function vmFolderAbove(session: VimSession, above: MoRef | undefined): Promise<MoRef | undefined> {
  if (above === undefined) return undefined;
  const path = above.type === "Datacenter" ? "vmFolder" : "parent";
  const next = moRef((await retrieveOne(session, above, [path]))?.get(path));
  return above.type === "Datacenter" ? next : vmFolderAbove(session, next);
}

/** The ids of the folders and pools of these VMs that are still there. */
export async function readAlive(session: VimSession, vms: readonly VmPlace[]): Promise<Set<string>> {
  const refs = vms.flatMap(({ folder, pool }) => [folder, pool]).filter((one) => one !== undefined);
  const distinct = [...new Map(refs.map((one) => [one.id, one])).values()];
  const types = [...new Set(distinct.map(({ type }) => type))];
  const wanted = types.map((type) => ({ type, paths: ["name"] }));
  return new Set(await retrieve(session, wanted, objects(distinct), ({ ref }) => detached(ref.id)));
}

/**
 * Its old host, folder and pool as far as they are there; else another host of the same cluster, the datacenter's folder, the root
 * pool. `turn` spreads those that lost their host.
 */
export function placeFor(
  vm: RecordedVm,
  { hosts }: Pick<ReleaseRecord, "hosts">,
  { places, alive, turn }: { places: readonly Place[]; alive: ReadonlySet<string>; turn: number },
): VmPlace | undefined {
  const compute = hosts.find(({ ref }) => ref.id === vm.host?.id)?.compute;
  const near = places.filter((place) => place.compute.id === compute?.id);
  const spread = near.length > 0 ? near : places;
  const place = places.find(({ host }) => host.id === vm.host?.id) ?? spread[turn % spread.length];
  if (place === undefined) return undefined;
  const isThere = (ref: MoRef | undefined): ref is MoRef => ref !== undefined && alive.has(ref.id);
  const pool = isThere(vm.pool) && place.compute.id === compute?.id ? vm.pool : place.rootPool;
  return { ...vm, host: place.host, pool, folder: isThere(vm.folder) ? vm.folder : place.vmFolder };
}
