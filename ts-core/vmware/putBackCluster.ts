import { type ClusterSetting, readCluster, titleOf } from "./clusterSettings.ts";
import { ensure } from "./ensure.ts";
import { element, group, refElement, refElements, typed, type Xml } from "./soap.ts";
import type { VCenter } from "./vcenter.ts";
import type { MoRef } from "./xml.ts";

type Current = Awaited<ReturnType<typeof readCluster>>[number];

const reconfigureMs = 300_000;

/** Makes a cluster's rule, group or DRS override name VMs again under their new morefs. An HA override has too many forms. */
export async function putBackClusterSetting(
  vcenter: VCenter,
  setting: ClusterSetting,
  vms: readonly MoRef[],
): Promise<void> {
  const { session } = vcenter;
  const now = async () => (await readCluster(session, setting.cluster)).filter((one) => isSame(one, setting));
  await ensure(session, {
    what: `put VMs back into ${titleOf(setting)}`,
    isSo: async () => missingIn(await now(), vms).length === 0,
    act: async () => {
      const args = [change(setting, await now(), vms), element("modify", true)];
      const signal = AbortSignal.timeout(reconfigureMs);
      await vcenter.run("ReconfigureComputeResource_Task", setting.cluster, args, signal);
    },
  });
}

function isSame(one: Current, setting: ClusterSetting): boolean {
  return one.kind === setting.kind && one.type === setting.type && one.name === setting.name;
}

function missingIn(now: readonly Current[], vms: readonly MoRef[]): MoRef[] {
  const named = new Set(now.flatMap((one) => one.vms.map(({ id }) => id)));
  return vms.filter(({ id }) => !named.has(id));
}

function change(setting: ClusterSetting, now: readonly Current[], vms: readonly MoRef[]): Xml {
  const added = missingIn(now, vms);
  if (setting.kind === "DrsOverride") return specification(...added.map((vm) => overrideSpec(setting, vm)));
  const [current] = now;
  const members = [...(current?.vms ?? []), ...added];
  return specification(
    setting.kind === "Rule" ? ruleSpec(setting, current, members) : groupSpec(setting, current, members),
  );
}

function specification(...changes: Xml[]): Xml {
  return typed("spec", "ClusterConfigSpecEx", ...changes);
}

function ruleSpec(setting: ClusterSetting, current: Current | undefined, members: readonly MoRef[]): Xml {
  const { enabled, mandatory } = current ?? setting;
  const says = [element("enabled", enabled), element("name", setting.name), element("mandatory", mandatory)];
  const rule = [element("key", current?.key), ...says, element("userCreated", true), refElements("vm", members)];
  return group("rulesSpec", operation(current), typed("info", setting.type, ...rule));
}

function groupSpec({ name }: ClusterSetting, current: Current | undefined, members: readonly MoRef[]): Xml {
  const says = [element("name", name), element("userCreated", true), refElements("vm", members)];
  return group("groupSpec", operation(current), typed("info", "ClusterVmGroup", ...says));
}

function overrideSpec({ enabled, behavior }: ClusterSetting, vm: MoRef): Xml {
  const says = [refElement("key", vm), element("enabled", enabled), element("behavior", behavior || undefined)];
  return group("drsVmConfigSpec", element("operation", "add"), group("info", ...says));
}

/** A rule or group that was left without VMs may be gone (assumed); then it is made anew. */
function operation(current: Current | undefined): Xml {
  return element("operation", current === undefined ? "add" : "edit");
}
