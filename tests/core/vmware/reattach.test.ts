import { afterAll, beforeAll, expect, test } from "vitest";
import { putBackCustomValue, putBackPermission, readPermissions } from "../../../ts-core/vmware/belongings.ts";
import { readCluster } from "../../../ts-core/vmware/clusterSettings.ts";
import { type Reattached, reattach } from "../../../ts-core/vmware/reattach.ts";
import { release } from "../../../ts-core/vmware/release.ts";
import { type ReleaseRecord, recordRelease } from "../../../ts-core/vmware/releaseRecord.ts";
import { element, group, refElement, refElements, typed } from "../../../ts-core/vmware/soap.ts";
import { stepsLeft } from "../../../ts-core/vmware/stepsLeft.ts";
import { addField, named, startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
let record: ReleaseRecord;
let before: ReturnType<typeof view>;
let told: Reattached;
beforeAll(async () => {
  lab = await startLab({ vms: 30, hosts: 4 });
  await furnish();
  before = view(await lab.sim.state());
  const inventory = await lab.inventory();
  // As it comes back out of a journal.
  record = JSON.parse(JSON.stringify(await recordRelease(lab.vcenter.session, inventory)));
});
afterAll(() => lab.stop());

const permission = { principal: "LAB\\backup", group: false, roleId: -2, propagate: true };
const rule = (name: string, type: string, vms: Parameters<typeof refElements>[1]) =>
  group(
    "rulesSpec",
    element("operation", "add"),
    typed("info", type, element("enabled", true), element("name", name), refElements("vm", vms)),
  );

async function furnish(): Promise<void> {
  const { session } = lab.vcenter;
  await lab.sim.addVm({ name: "golden", template: true });
  await lab.sim.changeVm("vm004", { power: "suspended" });
  await lab.sim.changeVm("vm005", { power: "poweredOff" });
  await lab.sim.addSnapshot({ vm: "vm001", name: "before update" });
  await lab.sim.addVm({ name: "forgotten" });
  await lab.sim.deleteVm("forgotten", "keep");
  const { vms, hosts } = await lab.inventory();
  const [vm1, vm2, vm3] = ["vm001", "vm002", "vm003"].map((name) => named(vms, name).ref);
  if (!vm1 || !vm2 || !vm3 || !hosts[0]?.compute) throw new Error("not there");
  await putBackCustomValue(session, vm1, { key: await addField(lab, "Owner"), value: "Ann & Bob" });
  await putBackPermission(session, vm2, permission);
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
    vms: vms.map(({ ref: _ref, power: _power, snapshots, tags: _tags, disks, ...same }) => ({
      ...same,
      snapshots: snapshots.map(({ name, current }) => ({ name, current })),
      disks,
    })),
    hosts: hosts.map(({ name, mounted, detached }) => ({ name, mounted, detached })),
  };
}

test("the LUN is given up everywhere, and giving it up again does nothing", async () => {
  await lab.sim.reset();
  await release(lab.vcenter, record, { guestMs: 10_000 });
  const { vms, hosts, datastores } = await lab.sim.state();
  expect(vms.filter(({ registered }) => registered)).toEqual([]);
  expect(hosts.map(({ mounted, detached }) => [mounted, detached])).toEqual(hosts.map(() => [[], [record.naa]]));
  expect(datastores).toEqual([]);
  const effects = (await lab.sim.effects()).length;
  await release(lab.vcenter, record, { guestMs: 10_000 });
  expect((await lab.sim.effects()).length).toBe(effects);
  expect(await stepsLeft(lab.vcenter, record)).toHaveLength(4 * 3 + 31);
});

test("it is taken back as it was, with what hung on the VMs", async () => {
  told = await reattach(lab.vcenter, record);
  expect(view(await lab.sim.state())).toEqual(before);
  expect(told).toMatchObject({ missing: [], unregistered: ["[ds-vmstore] forgotten/forgotten.vmx"], lost: [] });
  expect(told.registered).toHaveLength(31);
  const now = (name: string) => told.registered.find((one) => one.name === name)?.ref ?? { type: "", id: "" };
  expect(await readPermissions(lab.vcenter.session, now("vm002"))).toEqual([permission]);
  const [host] = record.hosts;
  const settings = host?.compute ? await readCluster(lab.vcenter.session, host.compute) : [];
  expect(settings).toMatchObject([
    { name: "web apart", type: "ClusterAntiAffinityRuleSpec", enabled: true, vms: [now("vm001"), now("vm002")] },
    { name: "licensed", vms: [now("vm003")] },
    { kind: "DrsOverride", behavior: "manual", vms: [now("vm003")] },
  ]);
  expect(await stepsLeft(lab.vcenter, record)).toEqual([]);
});

test("taking it back again changes nothing, nor does it before it was given up", async () => {
  await lab.sim.reset();
  expect(await reattach(lab.vcenter, record)).toEqual(told);
  expect(await lab.sim.effects()).toEqual([]);
  const fresh = await recordRelease(lab.vcenter.session, await lab.inventory());
  expect((await reattach(lab.vcenter, fresh, { powerOnAgain: true })).lost).toEqual([]);
  expect(await lab.sim.effects()).toEqual([]);
});
