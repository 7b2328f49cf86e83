import type { CoreProcess } from "../coreProcess.ts";
import { startVmwareLab, vcenterLogin } from "../e2e/support/vmwareLab.ts";
import type { VcenterOptions } from "../sim/vcenter/start.ts";
import { startCore } from "./packagedCore.ts";

/** The snapshot exists when the NAS answers, so that what is measured is not the NAS's own time. */
const quirks = { createAnswersEarly: false, createSnapshotMs: 0 };

/** Both simulators, and the packaged core connected to them. */
export async function openVmwareBench(options: VcenterOptions) {
  const lab = await startVmwareLab({ quirks }, options);
  const core = await startCore();
  await core.connect(lab.nas);
  await core.call("setVMwareSetting", vcenterLogin(lab.vcenter));
  const stop = async () => {
    await core.stop();
    await lab.stop();
  };
  return { lab, core, stop };
}

/** An application-consistent snapshot of the LUN with all VMs; gives its milliseconds. */
export async function takeSnapshot(core: CoreProcess, vms: number): Promise<number> {
  const startMs = performance.now();
  const { snapshots } = await core.call<{ snapshots: { vms: unknown[] }[] }>("newLunSnapshot", {
    luns: [{ name: "vmstore" }],
    type: "Application",
  });
  if (snapshots[0]?.vms.length !== vms) throw new Error(`the snapshot holds ${snapshots[0]?.vms.length} VMs`);
  return performance.now() - startMs;
}
