import { expect, test } from "vitest";
import { foreseenLosses } from "../../../ts-core/vmware/foreseenLosses.ts";
import { element, group, refElement, typed } from "../../../ts-core/vmware/soap.ts";
import { named, startLab, type VmwareLab } from "./lab.ts";

async function overrideHa({ vcenter, inventory }: VmwareLab, name: string): Promise<void> {
  const { vms, hosts } = await inventory();
  const settings = group("dasSettings", element("restartPriority", "high"));
  const info = group("info", refElement("key", named(vms, name).ref), settings);
  const spec = typed("spec", "ClusterConfigSpecEx", group("dasVmConfigSpec", element("operation", "add"), info));
  const cluster = hosts[0]?.compute ?? { type: "", id: "" };
  await vcenter.run("ReconfigureComputeResource_Task", cluster, [spec, element("modify", true)]);
}

test("HA overrides, and tags where they cannot be read, are told before anything is done", async () => {
  const lab = await startLab({ vms: 2, apiVersion: "6.0.0.0" });
  try {
    await overrideHa(lab, "vm002");
    const told = await foreseenLosses(lab.vcenter.session, await lab.inventory());
    expect(told).toEqual([
      "VM 'vm002' has an HA override, which will not be put back",
      expect.stringMatching(/^Tags of VMs cannot be read, so they will not be put back: .*REST/),
    ]);
  } finally {
    await lab.stop();
  }
});

test("nothing is told where all comes back", async () => {
  const lab = await startLab({ vms: 2 });
  try {
    expect(await foreseenLosses(lab.vcenter.session, await lab.inventory())).toEqual([]);
  } finally {
    await lab.stop();
  }
});
