import { QnapError } from "../errors.ts";
import type { DatastorePlace, LunIdentity } from "../ports.ts";
import { type Datastore, readDatastoresOn } from "./datastores.ts";
import { type Host, readHosts } from "./hosts.ts";
import { canonicalName } from "./names.ts";
import { readMissingPrivileges, restoreHostPrivileges } from "./rights.ts";
import type { VimSession } from "./session.ts";

interface FoundHost {
  session: VimSession;
  host: Host;
}

/** The host on which a copy of this LUN is to be mounted, on whichever of these vCenters it is; or why it cannot be. */
export async function findPlace(
  sessions: readonly VimSession[],
  name: string,
  lun: LunIdentity,
): Promise<DatastorePlace> {
  const { session, host } = await findHost(sessions, name, canonicalName(lun.naa));
  const { name: vcenter } = session;
  if (host.connection !== "connected")
    throw new QnapError("VMHostNotConnected", { host: host.name, vcenter, state: host.connection });
  if (!host.luns.some(({ usable }) => usable))
    throw new QnapError("VMHostDoesNotSeeLun", { host: host.name, vcenter, lun: lun.name, naa: lun.naa });
  await mustHaveRights(session, host);
  const { vmfsUuid } = await soleDatastore(session, lun);
  return { consumer: "VMware", vcenter, vmHost: host.name, originalNaa: lun.naa, originalVmfsUuid: vmfsUuid };
}

async function findHost(sessions: readonly VimSession[], name: string, diskName: string): Promise<FoundHost> {
  if (sessions.length === 0) throw new QnapError("NoVCenterKnown");
  const perSession = sessions.map(async (session) =>
    (await readHosts(session, [diskName])).map((host) => ({ session, host })),
  );
  const known = (await Promise.all(perSession)).flat();
  const found = byName(known, name);
  const [only] = found;
  const vcenters = sessions.map((session) => session.name);
  if (only === undefined)
    throw new QnapError("VMHostNotFound", { host: name, vcenters, known: known.map(({ host }) => host.name) });
  if (found.length === 1) return only;
  const names = found.map(({ session, host }) => `${host.name} of ${session.name}`);
  throw new QnapError("VMHostAmbiguous", { host: name, count: found.length, names });
}

/** By full name, or by its first part, as people call hosts. */
function byName(known: readonly FoundHost[], name: string): FoundHost[] {
  const wanted = name.toLowerCase();
  const exact = known.filter(({ host }) => host.name.toLowerCase() === wanted);
  return exact.length > 0 ? exact : known.filter(({ host }) => host.name.toLowerCase().split(".")[0] === wanted);
}

/** A datastore over several LUNs cannot be mounted from a copy of one of them. */
async function soleDatastore(session: VimSession, { name, naa }: LunIdentity): Promise<Datastore> {
  const diskName = canonicalName(naa);
  const [datastore] = await readDatastoresOn(session, [diskName]);
  if (datastore === undefined) throw new QnapError("DatastoreNotFound", { vcenter: session.name, naa });
  const others = datastore.extents.map((extent) => extent.diskName).filter((other) => other !== diskName);
  if (others.length === 0) return datastore;
  throw new QnapError("DatastoreHasExtents", { datastore: datastore.name, lun: name, others });
}

async function mustHaveRights(session: VimSession, { ref, name }: Host): Promise<void> {
  const missing = (await readMissingPrivileges(session, [ref], restoreHostPrivileges)).get(ref.id);
  if (missing === undefined) return;
  const reason = `it lacks ${missing.join(", ")} on host ${name}`;
  throw new QnapError("VCenterNoRights", { vcenter: session.name, call: "mount a copy", reason });
}
