import { setTimeout as pause } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import type { CopyKinds, PlacedCopy } from "../ports.ts";
import { type Datastore, readDatastoresOn } from "./datastores.ts";
import { ensure } from "./ensure.ts";
import { lunOf, mount, rescan, resolve, type StorageHost, type UnresolvedVolume, unresolvedOn } from "./hostStorage.ts";
import { canonicalName } from "./names.ts";
import type { VimSession } from "./session.ts";

export interface CopyToMount {
  copy: PlacedCopy<"VMware">;
  /** Called right before the signature is written. */
  announce: () => Promise<void>;
}

/** A NAS shows a LUN to its hosts a little after it says so, and a host its volume a little after the disk (assumed). */
const looks = 4;
const betweenMs = 3_000;

/** Mounts the copy of a LUN on one host. Each step looks first, so all of it may be repeated. */
export async function mountCopy(
  session: VimSession,
  host: StorageHost,
  task: CopyToMount,
): Promise<CopyKinds["VMware"]["mounted"]> {
  const { copy } = task;
  const diskName = canonicalName(copy.naa);
  const look = async () => (await readDatastoresOn(session, [diskName]))[0];
  if ((await look()) === undefined) await giveSignature(session, host, task, look);
  const { name, vmfsUuid } = (await look()) as Datastore;
  if (vmfsUuid === copy.place.originalVmfsUuid) throw noVolume(host, copy, "somebody mounted it as the original");
  await mount(session, host, { name, vmfsUuid, diskName });
  return { datastoreName: name, vmfsUuid };
}

async function giveSignature(
  session: VimSession,
  host: StorageHost,
  { copy, announce }: CopyToMount,
  look: () => Promise<Datastore | undefined>,
): Promise<void> {
  const volume = await findVolume(session, host, copy);
  const isSo = async () => (await look()) !== undefined;
  await announce();
  await ensure(session, {
    what: `give the copy '${copy.name}' a signature of its own on ${host.name}`,
    isSo,
    act: () =>
      resolve(session, host, volume, "resignature").catch(async (error: unknown) => {
        // A call that an interrupted operation had sent may have come first.
        if (!(await isSo())) throw error;
      }),
  });
}

/** Only the extent on this very disk: two copies of one original are told as one volume. */
async function findVolume(
  session: VimSession,
  host: StorageHost,
  copy: PlacedCopy<"VMware">,
): Promise<UnresolvedVolume> {
  const diskName = canonicalName(copy.naa);
  for (let left = looks; ; left--) {
    const found = await unresolvedOn(session, host);
    for (const volume of found) {
      const devicePaths = volume.devicePaths.filter((_, index) => volume.diskNames[index] === diskName);
      if (devicePaths.length > 0) return { ...volume, devicePaths, diskNames: [diskName] };
    }
    if (left === 0) break;
    if (left < looks) await pause(betweenMs);
    await rescan(session, host);
  }
  const lun = await lunOf(session, host, diskName);
  throw noVolume(host, copy, lun?.usable ? "no VMFS volume was found on it" : "the host does not see it");
}

function noVolume({ name }: StorageHost, copy: PlacedCopy<"VMware">, reason: string): QnapError {
  return new QnapError("CopyNotMountable", { lun: copy.name, naa: copy.naa, host: name, reason });
}
