import { expect, test } from "vitest";
import { QnapError } from "../../../ts-core/errors.ts";
import { reattach } from "../../../ts-core/vmware/reattach.ts";
import { release } from "../../../ts-core/vmware/release.ts";
import type { VcenterFault } from "../../sim/vcenter/view.ts";
import { type FurnishedLab, startFurnished } from "./furnished.ts";

const releaseCalls = ["ShutdownGuest", "PowerOffVM_Task", "UnregisterVM", "UnmountVmfsVolume", "DetachScsiLun"];
const storageCalls = ["AttachScsiLun", "RescanAllHba", "RescanVmfs", "MountVmfsVolume"];
const vmCalls = ["RegisterVM_Task", "SetField", "SetEntityPermissions", "ReconfigureComputeResource_Task"];
const reattachCalls = [...storageCalls, ...vmCalls, "SearchDatastoreSubFolders_Task", "PowerOnVM_Task"];

const smallest = { vms: 5, hosts: 2 };

/** Repeats until it succeeds; every failure on the way must be one that a user can be told. */
async function untilDone<T>(work: () => Promise<T>, attempts: number): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof QnapError) || attempts === 0) throw error;
    expect(error.code).toMatch(/^(VCenter|Vmware|LunNotReleased)/);
    return untilDone(work, attempts - 1);
  }
}

async function expectReleased({ sim }: FurnishedLab, naa: string): Promise<void> {
  const { vms, hosts } = await sim.state();
  expect(vms.filter(({ registered }) => registered)).toEqual([]);
  expect(hosts.map(({ mounted, detached }) => [mounted, detached])).toEqual(hosts.map(() => [[], [naa]]));
}

const faults: Pick<VcenterFault, "kind" | "ms" | "fault">[] = [
  { kind: "latency", ms: 300 },
  { kind: "http" },
  { kind: "dropBefore" },
  { kind: "dropAfter" },
  { kind: "cut" },
  { kind: "garble" },
  { kind: "expireSession" },
  { kind: "fault", fault: "HostConfigFault" },
  { kind: "fault", fault: "TaskInProgress" },
];

test.concurrent.each(faults)("every call meets $kind once: repeated, it is done", async (fault) => {
  const lab = await startFurnished(smallest);
  try {
    await lab.sim.changeVm("vm002", { tools: "notRunning" });
    const [before, record] = [await lab.look(), await lab.record()];
    for (const method of releaseCalls) await lab.sim.fault({ ...fault, match: { method } });
    await untilDone(() => release(lab.vcenter, record, { guestMs: 3_000 }), releaseCalls.length);
    await expectReleased(lab, record.naa);
    for (const method of reattachCalls) await lab.sim.fault({ ...fault, match: { method } });
    const again = () => reattach(lab.vcenter, record, { powerOnAgain: true });
    await untilDone(again, reattachCalls.length);
    expect(await untilDone(again, reattachCalls.length)).toMatchObject({ missing: [], lost: [] });
    expect(await lab.look()).toEqual(before);
  } finally {
    await lab.stop();
  }
});
