import type { Disk, Host } from "../host.ts";
import { identify, type LunFacts, reportLuns } from "../iscsi/scsi.ts";
import type { Session } from "../iscsi/sessions.ts";
import { attribute } from "./gpt.ts";
import { bringOnline, collidesWith, letGo, readLayout, remember } from "./state.ts";

interface Found {
  facts: LunFacts;
  session: Session;
  lun: number;
}

/** Asks every target for its LUNs: disks come, go and get new numbers. Layouts are read anew. */
export async function rescan(host: Host): Promise<void> {
  const found = (await Promise.all(host.sessions.map(lunsOf))).flat();
  const groups = grouped(found, (one) => keyOf(host, one.facts.naa, one.session.id));
  for (const disk of [...host.disks]) {
    const paths = groups.get(keyOf(host, disk.facts.naa, disk.paths[0]?.session.id ?? ""));
    if (paths) await stillThere(disk, paths);
    else if (disk.paths.every(({ session }) => session.connection || session.ended)) await vanish(host, disk);
  }
  for (const paths of groups.values()) await arrive(host, paths);
}

const keyOf = (host: Host, naa: string, sessionId: string): string =>
  host.settings.mpio ? naa : `${naa}/${sessionId}`;

async function lunsOf(session: Session): Promise<Found[]> {
  const { connection } = session;
  if (!connection) return [];
  const found: Found[] = [];
  for (const lun of await reportLuns(connection).catch(() => [])) {
    const facts = await identify(connection, lun).catch(() => undefined);
    if (facts) found.push({ facts, session, lun });
  }
  return found;
}

function grouped(found: Found[], key: (one: Found) => string): Map<string, Found[]> {
  const groups = new Map<string, Found[]>();
  for (const one of found) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

async function stillThere(disk: Disk, paths: Found[]): Promise<void> {
  disk.paths = paths.map(({ session, lun }) => ({ session, lun }));
  disk.facts = paths[0]?.facts ?? disk.facts;
  await readLayout(disk);
}

/** Surprise removal: what was not written is lost. */
export async function vanish(host: Host, disk: Disk): Promise<void> {
  await letGo(host, disk);
  host.disks.splice(host.disks.indexOf(disk), 1);
  host.effects.add("disk.gone", disk.number, { naa: disk.facts.naa });
}

async function arrive(host: Host, paths: Found[]): Promise<void> {
  const [first] = paths;
  if (!first || host.disks.some((disk) => disk.paths.some((path) => isSame(path, first)))) return;
  const disk = newDisk(host, first.facts, paths);
  host.disks.push(disk);
  await readLayout(disk);
  host.effects.add("disk.arrived", disk.number, { naa: disk.facts.naa });
  const wanted = arrivalState(host, disk);
  Object.assign(disk, wanted, { isOffline: true });
  if (!wanted.isOffline) await bringOnline(host, disk);
  else remember(host, disk);
}

const isSame = (path: { session: Session; lun: number }, other: Found): boolean =>
  path.session === other.session && path.lun === other.lun;

/** The lowest free number: disk 0 is the system's. */
function newDisk(host: Host, facts: LunFacts, paths: Found[]): Disk {
  const taken = new Set(host.disks.map(({ number }) => number));
  let number = 1;
  while (taken.has(number)) number++;
  return {
    ...{ number, facts, paths: paths.map(({ session, lun }) => ({ session, lun })) },
    ...{ isOffline: true, offlineReason: "None", isReadOnly: false },
    ...{ layout: undefined, file: undefined, volumes: [], cluster: undefined },
  };
}

function arrivalState(host: Host, disk: Disk): Pick<Disk, "isOffline" | "offlineReason" | "isReadOnly"> {
  const known = host.remembered.get(disk.facts.naa);
  const { sanPolicy } = host.settings;
  const byPolicy = sanPolicy === "OnlineAll" ? online : offlineByPolicy;
  const wanted = known ?? byPolicy;
  if (wanted.isOffline || !collidesWith(host, disk)) return wanted;
  return { isOffline: true, offlineReason: collisionReason(host, disk), isReadOnly: wanted.isReadOnly };
}

const online = { isOffline: false, offlineReason: "None", isReadOnly: false } as const;
const offlineByPolicy = { isOffline: true, offlineReason: "Policy", isReadOnly: true } as const;

export function collisionReason(host: Host, disk: Disk): Disk["offlineReason"] {
  const other = collidesWith(host, disk);
  if (other?.facts.naa === disk.facts.naa) return "Redundant Path";
  const isShadow = disk.layout?.partitions.some(({ attributes }) => attributes & attribute.shadowCopy);
  return isShadow ? "Snapshot" : "Collision";
}
