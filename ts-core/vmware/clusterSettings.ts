import type { Host } from "./hosts.ts";
import { objects, retrieve, retrieveOne } from "./properties.ts";
import type { VimSession } from "./session.ts";
import { all, detached, flag, type MoRef, moRefs, text, typeOf, type XmlNode } from "./xml.ts";

/** What DRS or HA of a cluster says about VMs. It names them by moref, so it forgets a VM that is unregistered. */
export interface ClusterSetting {
  cluster: MoRef;
  kind: "Rule" | "Group" | "DrsOverride" | "HaOverride";
  /** vSphere's data type of a rule. */
  type: string;
  name: string;
  enabled: boolean;
  mandatory: boolean;
  /** Of a DRS override. */
  behavior: string;
  /** All VMs that it names, also those that are none of ours. */
  vms: MoRef[];
}

/** The settings of the clusters of these hosts that name one of these VMs. */
export async function readClusterSettings(
  session: VimSession,
  hosts: readonly Pick<Host, "compute">[],
  vms: readonly MoRef[],
): Promise<ClusterSetting[]> {
  const ours = new Set(vms.map(({ id }) => id));
  const computes = hosts.flatMap(({ compute }) => (compute?.type === "ClusterComputeResource" ? [compute] : []));
  const clusters = [...new Map(computes.map((one) => [one.id, one])).values()];
  const wanted = [{ type: "ClusterComputeResource", paths: ["configurationEx"] }];
  const found = await retrieve(session, wanted, objects(clusters), ({ ref, get }) =>
    detached(settingsIn(ref, get("configurationEx"))),
  );
  return found.flat().filter((setting) => setting.vms.some(({ id }) => ours.has(id)));
}

/** All settings of one cluster, as they are now, with what an edit must name. */
export async function readCluster(session: VimSession, cluster: MoRef): Promise<(ClusterSetting & { key: string })[]> {
  const found = await retrieveOne(session, cluster, ["configurationEx"]);
  return detached(settingsIn(cluster, found?.get("configurationEx")));
}

function settingsIn(cluster: MoRef, configuration: XmlNode | undefined): (ClusterSetting & { key: string })[] {
  const setting = (kind: ClusterSetting["kind"], node: XmlNode, vms: MoRef[]) => ({
    cluster,
    kind,
    type: typeOf(node) ?? "",
    key: text(node, "key") ?? "",
    name: text(node, "name") ?? "",
    enabled: flag(node, "enabled") ?? false,
    mandatory: flag(node, "mandatory") ?? false,
    behavior: text(node, "behavior") ?? "",
    vms,
  });
  const naming = (node: XmlNode) => moRefs(all(node, "vm"));
  const about = (node: XmlNode) => moRefs(all(node, "key"));
  const groups = all(configuration, "group").filter((one) => typeOf(one) === "ClusterVmGroup");
  return [
    ...all(configuration, "rule").map((one) => setting("Rule", one, naming(one))),
    ...groups.map((one) => setting("Group", one, naming(one))),
    ...all(configuration, "drsVmConfig").map((one) => setting("DrsOverride", one, about(one))),
    ...all(configuration, "dasVmConfig").map((one) => setting("HaOverride", one, about(one))),
  ];
}

export function titleOf({ kind, name }: ClusterSetting): string {
  if (kind === "Rule") return `rule '${name}'`;
  if (kind === "Group") return `DRS group '${name}'`;
  return kind === "DrsOverride" ? "DRS override" : "HA override";
}
