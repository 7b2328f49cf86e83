import { settleAll } from "../parallel.ts";
import { objects, retrieve, type VimObject } from "./properties.ts";
import type { VimSession } from "./session.ts";
import { element, group, refElement } from "./soap.ts";
import type { Vm } from "./virtualMachines.ts";
import { all, at, detached, flag, integer, type MoRef, moRef, moRefs, text, typeOf, type XmlNode } from "./xml.ts";

/** What hangs on a VM's moref and is lost when the VM is registered anew; journaled before. */
export interface Belongings {
  vm: MoRef;
  name: string;
  customValues: { key: number; value: string }[];
  permissions: Permission[];
  /** Rules, groups and overrides of its cluster that name the VM: they cannot be put back, so they are told. */
  clusterSettings: string[];
}

export interface Permission {
  principal: string;
  group: boolean;
  roleId: number;
  propagate: boolean;
}

const width = 8;

export async function readBelongings(session: VimSession, vms: readonly Vm[]): Promise<Belongings[]> {
  const settings = await readClusterSettings(session, vms);
  const found = await settleAll(vms, width, async (vm): Promise<Belongings> => {
    const permissions = await readPermissions(session, vm.ref);
    const clusterSettings = settings.get(vm.ref.id) ?? [];
    return { vm: vm.ref, name: vm.name, customValues: vm.customValues, permissions, clusterSettings };
  });
  return found.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

/** Puts back what the API allows on the VM's new moref; setting the same again does no harm. */
export async function putBack(
  session: VimSession,
  vm: MoRef,
  { customValues, permissions }: Belongings,
): Promise<void> {
  const content = await session.content();
  for (const { key, value } of customValues) {
    const args = [refElement("entity", vm), element("key", key), element("value", value)];
    await session.call("SetField", content.ref("customFieldsManager"), args, { write: true });
  }
  if (permissions.length === 0) return;
  const args = [refElement("entity", vm), ...permissions.map(permissionElement)];
  await session.call("SetEntityPermissions", content.ref("authorizationManager"), args, { write: true });
}

/** Only what was given on the VM itself; what is inherited comes back with the folder. */
async function readPermissions(session: VimSession, vm: MoRef): Promise<Permission[]> {
  const manager = (await session.content()).ref("authorizationManager");
  const args = [refElement("entity", vm), element("inherited", false)];
  return (await session.call("RetrieveEntityPermissions", manager, args)).map((node) =>
    detached({
      principal: text(node, "principal") ?? "",
      group: flag(node, "group") ?? false,
      roleId: integer(node, "roleId") ?? 0,
      propagate: flag(node, "propagate") ?? false,
    }),
  );
}

function permissionElement({ principal, group: isGroup, roleId, propagate }: Permission) {
  return group(
    "permission",
    element("principal", principal),
    element("group", isGroup),
    element("roleId", roleId),
    element("propagate", propagate),
  );
}

/** What the clusters of these VMs say about them, by VM id. */
async function readClusterSettings(session: VimSession, vms: readonly Vm[]): Promise<Map<string, string[]>> {
  const clusters = await clustersOf(session, vms);
  const wanted = [{ type: "ClusterComputeResource", paths: ["configurationEx"] }];
  const read = ({ get }: VimObject) => namedIn(get("configurationEx"));
  const told = new Map<string, string[]>();
  for (const { vm, what } of (await retrieve(session, wanted, objects(clusters), read)).flat()) {
    told.set(vm, [...(told.get(vm) ?? []), what]);
  }
  return told;
}

async function clustersOf(session: VimSession, vms: readonly Vm[]): Promise<MoRef[]> {
  const hosts = new Map(vms.flatMap(({ host }) => (host ? [[host.id, host] as const] : [])));
  const wanted = [{ type: "HostSystem", paths: ["parent"] }];
  const read = ({ get }: VimObject) => detached(moRef(get("parent")));
  const parents = await retrieve(session, wanted, objects([...hosts.values()]), read);
  const clusters = parents.filter((one) => one?.type === "ClusterComputeResource") as MoRef[];
  return [...new Map(clusters.map((one) => [one.id, one])).values()];
}

function namedIn(configuration: XmlNode | undefined): { vm: string; what: string }[] {
  const rules = all(configuration, "rule").flatMap((rule) => naming(rule, `rule '${text(rule, "name") ?? ""}'`));
  const groups = all(configuration, "group")
    .filter((one) => typeOf(one) === "ClusterVmGroup")
    .flatMap((one) => naming(one, `DRS group '${text(one, "name") ?? ""}'`));
  const drs = all(configuration, "drsVmConfig").flatMap((one) => override(one, "DRS override"));
  const ha = all(configuration, "dasVmConfig").flatMap((one) => override(one, "HA override"));
  return detached([...rules, ...groups, ...drs, ...ha]);
}

function naming(node: XmlNode, what: string) {
  return moRefs(all(node, "vm")).map(({ id }) => ({ vm: id, what }));
}

function override(node: XmlNode, what: string) {
  const vm = moRef(at(node, "key"));
  return vm === undefined ? [] : [{ vm: vm.id, what }];
}
