import { isCode, reasonOf } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import { type Belongings, putBackCustomValue, putBackPermission } from "./belongings.ts";
import { titleOf } from "./clusterSettings.ts";
import { VimFault } from "./faults.ts";
import { putBackClusterSetting } from "./putBackCluster.ts";
import type { RegisteredVm } from "./registration.ts";
import type { RecordedVm, ReleaseRecord } from "./releaseRecord.ts";
import { attachTags } from "./tags.ts";
import type { VCenter } from "./vcenter.ts";
import type { MoRef } from "./xml.ts";

/** What got another moref. */
export interface Returned {
  title: string;
  before: MoRef;
  now: MoRef;
  belongings: Belongings;
}

const width = 16;

/** Puts back what hung on the old morefs; gives in words what could not be. */
export async function putBackAll(
  vcenter: VCenter,
  { clusterSettings, tags, tagsUnknown }: ReleaseRecord,
  returned: readonly Returned[],
): Promise<string[]> {
  const told = await settleAll(returned, width, (one) => putBackOn(vcenter, one));
  const lost = told.flatMap((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
  lost.push(...(await putBackTags(vcenter, tags, returned)));
  if (tagsUnknown !== undefined && returned.length > 0) lost.push(`Tags were not known beforehand: ${tagsUnknown}`);
  const refs = new Map(returned.map(({ before, now }) => [before.id, now]));
  for (const setting of clusterSettings) {
    const vms = setting.vms.flatMap(({ id }) => refs.get(id) ?? []);
    const title = titleOf(setting);
    if (vms.length === 0) continue;
    if (setting.kind === "HaOverride") lost.push(`${title} of ${titles(returned, vms)}: it is to be set again by hand`);
    else lost.push(...(await attempt(title, () => putBackClusterSetting(vcenter, setting, vms))));
  }
  return lost;
}

async function putBackOn({ session }: VCenter, { title, now, belongings }: Returned): Promise<string[]> {
  const lost: string[] = [];
  for (const value of belongings.customValues) {
    const what = `${title}: custom field ${value.key}`;
    lost.push(...(await attempt(what, () => putBackCustomValue(session, now, value))));
  }
  for (const permission of belongings.permissions) {
    const what = `${title}: permission of ${permission.principal}`;
    lost.push(...(await attempt(what, () => putBackPermission(session, now, permission))));
  }
  return lost;
}

/** Whatever happens to tags is told, and stops nothing; an interface that does not answer is not waited for VM by VM. */
async function putBackTags({ session }: VCenter, tags: ReleaseRecord["tags"], returned: readonly Returned[]) {
  let away: unknown;
  const tagged = returned.filter(({ before }) => (tags[before.id] ?? []).length > 0);
  const outcomes = await settleAll(tagged, width, async ({ before, now }) => {
    if (away !== undefined) throw away;
    await attachTags(session, now, tags[before.id] ?? []).catch((error: unknown) => {
      if (!isCode(error, "VCenterRefused")) away = error;
      throw error;
    });
  });
  return outcomes.flatMap((outcome, index) =>
    outcome.status === "fulfilled" ? [] : [`${tagged[index]?.title}: tags: ${reasonOf(outcome.reason)}`],
  );
}

/** A refusal is told; without an answer all of it is to be repeated. */
export async function attempt(what: string, work: () => Promise<void>): Promise<string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof VimFault) return [`${what}: ${reasonOf(error)}`];
    throw error;
  }
}

function titles(returned: readonly Returned[], vms: readonly MoRef[]): string {
  const named = returned.filter(({ now }) => vms.some(({ id }) => id === now.id));
  return named.map(({ title }) => title).join(", ");
}

/** How a VM lies otherwise than before, as what it lay in is gone. */
export function displaced({ vm, now }: { vm: RecordedVm; now: RegisteredVm }): string[] {
  if (now.ref.id === vm.ref.id) return [];
  const title = `VM '${vm.name}'`;
  const told: string[] = [];
  if (now.instanceUuid !== vm.instanceUuid) told.push(`${title} has another instance id: it may be another VM`);
  if (now.name !== vm.name) told.push(`${title} is called '${now.name}'`);
  if (vm.folder && now.folder?.id !== vm.folder.id) told.push(`${title} is in another folder, as its own is gone`);
  if (vm.pool && now.pool?.id !== vm.pool.id) told.push(`${title} is in another resource pool, as its own is gone`);
  if (vm.host && now.host?.id !== vm.host.id) told.push(`${title} is on another host`);
  return told;
}
