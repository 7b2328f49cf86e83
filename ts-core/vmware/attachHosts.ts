import { settleAll } from "../parallel.ts";
import { attach, hostWidth, isAttached, mount, readMounted, rescan } from "./hostStorage.ts";
import { objects, retrieve } from "./properties.ts";
import type { RecordedHost, ReleaseRecord } from "./releaseRecord.ts";
import type { VimSession } from "./session.ts";
import { detached } from "./xml.ts";

export interface AttachedHosts {
  /** Of hosts that are in the inventory, but could not be brought back. */
  failures: unknown[];
  /** Hosts that are no longer in the inventory. */
  gone: RecordedHost[];
}

/** Attaches the LUN and mounts its datastores on every host that had them; one host that fails does not stop the others. */
export async function attachHosts(session: VimSession, record: ReleaseRecord): Promise<AttachedHosts> {
  const there = await readThere(session, record.hosts);
  const hosts = record.hosts.filter(({ ref }) => there.has(ref.id));
  const outcomes = await settleAll(hosts, hostWidth, (host) => attachHost(session, record, host));
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  return { failures, gone: record.hosts.filter(({ ref }) => !there.has(ref.id)) };
}

/** What is left to be done on a host. */
export async function missingOn(session: VimSession, { diskName, datastores }: ReleaseRecord, host: RecordedHost) {
  const mounted = await readMounted(session, host, diskName);
  const unmounted = datastores.filter(({ vmfsUuid }) => host.mounted.includes(vmfsUuid) && !mounted.includes(vmfsUuid));
  return { unmounted, detached: host.attached && !(await isAttached(session, host, diskName)) };
}

export async function readThere(session: VimSession, hosts: readonly RecordedHost[]): Promise<Set<string>> {
  const wanted = [{ type: "HostSystem", paths: ["name"] }];
  const from = objects(hosts.map(({ ref }) => ref));
  return new Set(await retrieve(session, wanted, from, ({ ref }) => detached(ref.id)));
}

async function attachHost(session: VimSession, record: ReleaseRecord, host: RecordedHost): Promise<void> {
  const { diskName } = record;
  const { unmounted, detached: off } = await missingOn(session, record, host);
  if (off) await attach(session, host, diskName);
  if (off || unmounted.length > 0) await rescan(session, host);
  for (const { name, vmfsUuid } of unmounted) await mount(session, host, { name, vmfsUuid, diskName });
}
