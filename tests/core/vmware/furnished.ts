import { putBackCustomValue, putBackPermission } from "../../../ts-core/vmware/belongings.ts";
import { type ReleaseRecord, recordRelease } from "../../../ts-core/vmware/releaseRecord.ts";
import { element, group, refElement, refElements, typed } from "../../../ts-core/vmware/soap.ts";
import { moRef } from "../../../ts-core/vmware/xml.ts";
import { addField, named, startLab, type VmwareLab } from "./lab.ts";

export interface FurnishedLab extends VmwareLab {
  /** The record as it comes back out of a journal. */
  record(): Promise<ReleaseRecord>;
  /** Everything that must be as before in the end. */
  look(): Promise<ReturnType<typeof view>>;
}

/** A lab whose VMs have all that can hang on a VM. */
export async function startFurnished(options: Parameters<typeof startLab>[0]): Promise<FurnishedLab> {
  const lab = await startLab(options);
  await furnish(lab);
  const record = async () =>
    JSON.parse(JSON.stringify(await recordRelease(lab.vcenter.session, await lab.inventory()))) as ReleaseRecord;
  return { ...lab, record, look: async () => view(await lab.sim.state()) };
}

export const permission = { principal: "LAB\\backup", group: false, roleId: -2, propagate: true };

const rule = (name: string, type: string, vms: Parameters<typeof refElements>[1]) =>
  group(
    "rulesSpec",
    element("operation", "add"),
    typed("info", type, element("enabled", true), element("name", name), refElements("vm", vms)),
  );

async function furnish(lab: VmwareLab): Promise<void> {
  const { session } = lab.vcenter;
  await lab.sim.addVm({ name: "golden", template: true });
  await lab.sim.changeVm("vm004", { power: "suspended" });
  await lab.sim.changeVm("vm005", { power: "poweredOff" });
  await lab.sim.addSnapshot({ vm: "vm001", name: "before update" });
  await lab.sim.addVm({ name: "forgotten" });
  await lab.sim.deleteVm("forgotten", "keep");
  await lab.sim.tag("gold", "vm001", "vm003");
  const { vms, hosts, datastores } = await lab.inventory();
  const [vm1, vm2, vm3] = ["vm001", "vm002", "vm003"].map((name) => named(vms, name).ref);
  if (!vm1 || !vm2 || !vm3 || !hosts[0]?.compute) throw new Error("not there");
  await putBackCustomValue(session, vm1, { key: await addField(lab, "Owner"), value: "Ann & Bob" });
  await putBackPermission(session, vm2, permission);
  for (const { ref, folder } of datastores) {
    await putBackPermission(session, ref, permission);
    const [made] = folder ? await session.call("CreateFolder", folder, [element("name", "production")]) : [];
    const inner = moRef(made);
    if (inner) await lab.vcenter.run("MoveIntoFolder_Task", inner, [refElements("list", [ref])]);
  }
  const spec = typed(
    "spec",
    "ClusterConfigSpecEx",
    group(
      "drsVmConfigSpec",
      element("operation", "add"),
      group("info", refElement("key", vm3), element("enabled", true), element("behavior", "manual")),
    ),
    rule("web apart", "ClusterAntiAffinityRuleSpec", [vm1, vm2]),
    group(
      "groupSpec",
      element("operation", "add"),
      typed("info", "ClusterVmGroup", element("name", "licensed"), refElements("vm", [vm3])),
    ),
  );
  const args = [spec, element("modify", true)];
  await lab.vcenter.run("ReconfigureComputeResource_Task", hosts[0].compute, args);
}

function view({ vms, hosts }: Awaited<ReturnType<VmwareLab["sim"]["state"]>>) {
  return {
    vms: vms.map(({ ref: _ref, power: _power, snapshots, disks, ...same }) => ({
      ...same,
      snapshots: snapshots.map(({ name, current }) => ({ name, current })),
      disks,
    })),
    hosts: hosts.map(({ name, mounted, detached }) => ({ name, mounted, detached })),
  };
}
