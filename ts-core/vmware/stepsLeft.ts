import { missingOn, readThere } from "./attachHosts.ts";
import { registeredAnywhere } from "./registration.ts";
import { mustBeSame, type RecordedHost, type RecordedVm, type ReleaseRecord } from "./releaseRecord.ts";
import type { VimSession } from "./session.ts";
import type { VCenter } from "./vcenter.ts";

/**
 * What is still to be done by hand when we must stop, one line a step: from what vCenter shows now, or from the record alone where
 * vCenter does not answer.
 */
export async function stepsLeft({ session }: VCenter, record: ReleaseRecord): Promise<string[]> {
  try {
    await mustBeSame(session, record);
    return [...(await hostSteps(session, record)), ...(await vmSteps(session, record))];
  } catch {
    const mounted = (host: RecordedHost) => record.datastores.filter((one) => host.mounted.includes(one.vmfsUuid));
    const hosts = record.hosts.flatMap((host) => stepsOn(record, host, host.attached, mounted(host)));
    return [...hosts, ...record.vms.map(registerStep)];
  }
}

async function hostSteps(session: VimSession, record: ReleaseRecord): Promise<string[]> {
  const there = await readThere(session, record.hosts);
  const steps: string[] = [];
  for (const host of record.hosts.filter(({ ref }) => there.has(ref.id))) {
    const { detached, unmounted } = await missingOn(session, record, host);
    steps.push(...stepsOn(record, host, detached, unmounted));
  }
  return steps;
}

function stepsOn(
  { diskName }: ReleaseRecord,
  { name }: RecordedHost,
  detached: boolean,
  unmounted: readonly { name: string }[],
): string[] {
  const attach = detached ? [`Attach ${diskName} on ${name}`] : [];
  const rescan = detached || unmounted.length > 0 ? [`Rescan the storage of ${name}`] : [];
  const mounts = unmounted.map((one) => `Mount datastore '${one.name}' on ${name}, keeping its signature`);
  return [...attach, ...rescan, ...mounts];
}

async function vmSteps(session: VimSession, { vms }: ReleaseRecord): Promise<string[]> {
  const registered = new Set((await registeredAnywhere(session)).map(({ instanceUuid }) => instanceUuid));
  return vms.filter(({ instanceUuid }) => !registered.has(instanceUuid)).map(registerStep);
}

function registerStep({ name, path, template }: RecordedVm): string {
  return `Register ${template ? "template" : "VM"} '${name}' from ${path}`;
}
