import { setTimeout as pause } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import { type Datastore, readDatastoresOn } from "./datastores.ts";
import { ensure } from "./ensure.ts";
import { datastoreIn } from "./names.ts";
import { retrieveOne } from "./properties.ts";
import { attempt } from "./putBack.ts";
import type { RecordedDatastore, ReleaseRecord } from "./releaseRecord.ts";
import type { VimSession } from "./session.ts";
import { refElements } from "./soap.ts";
import type { VCenter } from "./vcenter.ts";
import { type MoRef, moRef } from "./xml.ts";

/** A datastore that no host had any more comes back under another moref, and perhaps under the name that it had before. */
export interface ReturnedDatastore {
  recorded: RecordedDatastore;
  now: Datastore;
}

const settleMs = 30_000;
const lookMs = 500;
const moveMs = 300_000;

/** The VMFS id on this disk says which one it is; vCenter shows it a little after the hosts have mounted it. */
export async function findReturned(
  session: VimSession,
  { hosts, datastores, diskName, naa }: ReleaseRecord,
  failures: readonly unknown[],
): Promise<ReturnedDatastore[]> {
  const wanted = datastores.filter(({ vmfsUuid }) => hosts.some(({ mounted }) => mounted.includes(vmfsUuid)));
  for (const until = Date.now() + settleMs; ; await pause(lookMs)) {
    const there = (await readDatastoresOn(session, [diskName])).filter(isUsable);
    const returned = wanted.flatMap((recorded) => {
      const now = there.find(({ vmfsUuid }) => vmfsUuid === recorded.vmfsUuid);
      return now === undefined ? [] : [{ recorded, now }];
    });
    if (returned.length === wanted.length) return returned;
    if (failures.length > 0) throw failures[0];
    if (Date.now() > until) throw new QnapError("DatastoreNotFound", { vcenter: session.name, naa });
  }
}

function isUsable({ mounts }: Datastore): boolean {
  return mounts.some(({ mounted, accessible }) => mounted && accessible);
}

/** A path as it is called now. */
export function onDatastore({ name }: Datastore, path: string): string {
  return `[${name}]${path.slice(`[${datastoreIn(path)}]`.length)}`;
}

export function renamed({ recorded, now }: ReturnedDatastore): string[] {
  return recorded.name === now.name ? [] : [`Datastore '${recorded.name}' is called '${now.name}'`];
}

/** Moves datastores into the folders in which they were; gives in words what could not be. */
export async function putBackFolders(vcenter: VCenter, returned: readonly ReturnedDatastore[]): Promise<string[]> {
  const lost: string[] = [];
  for (const { recorded, now } of returned) {
    const { folder } = recorded;
    if (folder) lost.push(...(await attempt(`Datastore '${now.name}': folder`, () => moveInto(vcenter, folder, now))));
  }
  return lost;
}

function moveInto(vcenter: VCenter, folder: MoRef, { ref, name }: Datastore): Promise<void> {
  return ensure(vcenter.session, {
    what: `move datastore '${name}' into its folder`,
    isSo: async () => moRef((await retrieveOne(vcenter.session, ref, ["parent"]))?.get("parent"))?.id === folder.id,
    act: () => {
      const args = [refElements("list", [ref])];
      return vcenter.run("MoveIntoFolder_Task", folder, args, AbortSignal.timeout(moveMs));
    },
  });
}
