import { expect } from "vitest";
import type { CoreProcess } from "../../coreProcess.ts";
import type { Repaired } from "./repair.ts";
import { snapshotNames, startVmwareLab, type VmwareLab } from "./vmwareLab.ts";

/** An operation that holds VMs or takes a LUN away from them, ready to be sent, and how its two honest ends look. */
export interface VmwareChange {
  lab: VmwareLab;
  core: CoreProcess;
  method: string;
  params: object;
  /** By the simulators' account, once nothing is under way any more. */
  mustBe(told: Repaired | undefined): Promise<void>;
}

export type VmwareChangeName = keyof typeof vmwareChanges;

async function start(): Promise<{ lab: VmwareLab; core: CoreProcess }> {
  const lab = await startVmwareLab({}, { vms: 2, hosts: 2, taskMs: 10 });
  return { lab, core: await lab.connect(undefined, { guestShutdownSeconds: 0 }) };
}

async function takeSnapshot(): Promise<VmwareChange> {
  const { lab, core } = await start();
  const params = { luns: [{ name: "vmstore" }], type: "Application" };
  const mustBe = async (told: Repaired | undefined) => {
    expect(told).toMatchObject({ kind: "newLunSnapshot", state: expect.stringMatching(/^(Completed|Undone)$/) });
    await mustBeInUse(lab, "running");
    expect(snapshotNames(await lab.vcenter.state())).toEqual([]);
    const names = (await lab.nas.state()).snapshots.map(({ name }) => name);
    const done = told?.state === "Completed" ? [expect.stringContaining(told.operationId)] : [];
    expect(names).toEqual(done);
  };
  return { lab, core, method: "newLunSnapshot", params, mustBe };
}

interface Snapshot {
  snapshotId: string;
  lunNaa: string;
}

async function restore(): Promise<VmwareChange> {
  const { lab, core } = await start();
  for (const name of ["vm001", "vm002"]) await lab.vcenter.changeVm(name, { data: "good" });
  const luns = [{ name: "vmstore" }];
  const { snapshots } = await core.call<{ snapshots: Snapshot[] }>("newLunSnapshot", { luns, type: "Application" });
  const { snapshotId, lunNaa } = snapshots[0] as Snapshot;
  for (const name of ["vm001", "vm002"]) await lab.vcenter.changeVm(name, { data: "ransom" });
  const snapshot = { lun: { name: "vmstore", naa: lunNaa }, snapshotId };
  const params = { snapshot, safetyCopy: "None", revertVMSnapshot: true, powerOn: true };
  const mustBe = async (told: Repaired | undefined) => {
    expect(told).toMatchObject({ kind: "restoreLunSnapshot", state: expect.stringMatching(/^(Completed|Undone)$/) });
    await mustBeInUse(lab, told?.state === "Completed" ? "good" : "ransom");
    expect(snapshotNames(await lab.vcenter.state())).toEqual([]);
    const [lun] = (await lab.nas.state()).luns;
    expect(lun?.targets).toMatchObject([{ enabled: true }]);
  };
  return { lab, core, method: "restoreLunSnapshot", params, mustBe };
}

/** Nothing detached, unmounted or unregistered; every VM runs and has this content (`running`: whatever it is). */
async function mustBeInUse({ vcenter }: VmwareLab, content: string): Promise<void> {
  const { hosts, vms, tasks, datastores } = await vcenter.state();
  expect(tasks.inFlight).toBe(0);
  expect(hosts.map(({ mounted, detached }) => [mounted, detached])).toEqual([
    [["ds-prod"], []],
    [["ds-prod"], []],
  ]);
  expect(datastores).toMatchObject([{ corrupt: false }]);
  expect(vms.map(({ name, registered, power }) => [name, registered, power])).toEqual([
    ["vm001", true, "poweredOn"],
    ["vm002", true, "poweredOn"],
  ]);
  if (content === "running") return;
  expect(vms.flatMap(({ disks }) => disks.map(({ data }) => data))).toEqual([content, content]);
}

export const vmwareChanges = { snapshot: takeSnapshot, restore } satisfies Record<string, () => Promise<VmwareChange>>;
