/** What others do while VMs are held: no label says more than what lies in the LUN snapshot, and nothing of ours is left. */
import { expect, test } from "vitest";
import type { CoreProcess } from "../coreProcess.ts";
import { ref, SoapClient, tag } from "../sim/vcenter/soapClient.ts";
import type { VmView } from "../sim/vcenter/view.ts";
import { snapshotNames, startVmwareLab, type VmwareLab } from "./support/vmwareLab.ts";

interface Taken {
  snapshots: { consistency: string; vms: { name: string; consistency: string }[] }[];
}
interface Scene {
  lab: VmwareLab;
  core: CoreProcess;
  soap: SoapClient;
  take(): Promise<Taken>;
}

async function scene(work: (scene: Scene) => Promise<void>, datastore = "ds-prod"): Promise<void> {
  const lab = await startVmwareLab({}, { vms: 1, hosts: 2, datastores: { [datastore]: "vmstore" } });
  const core = await lab.connect();
  const soap = new SoapClient(lab.vcenter.url);
  await soap.login(lab.vcenter.user, lab.vcenter.password);
  const take = () => core.call<Taken>("newLunSnapshot", { luns: [{ name: "vmstore" }], type: "Application" });
  try {
    await work({ lab, core, soap, take });
  } finally {
    soap.close();
    await core.kill();
    await lab.stop();
  }
}

/** The NAS is asked for the LUN snapshot and does not begin; gives what makes it go on. */
async function untilAsked({ nas }: VmwareLab): Promise<() => Promise<void>> {
  const [held] = await nas.holds(240_000);
  if (held === undefined) throw new Error("the NAS was not asked");
  return () => nas.release(held.id, "continue");
}

const ours = async ({ vcenter }: VmwareLab) => snapshotNames(await vcenter.state());

async function removeOurs({ lab, soap }: Scene): Promise<void> {
  const [snapshot] = (await lab.vcenter.state()).vms.flatMap(({ snapshots }) => snapshots);
  const self = ref("VirtualMachineSnapshot", snapshot?.ref ?? "");
  await soap.call("RemoveSnapshot_Task", self, "<removeChildren>false</removeChildren>");
  await expect.poll(() => ours(lab)).toEqual([]);
}

test("somebody removes our VM snapshot before the LUN snapshot is taken: it does not count", () =>
  scene(async (one) => {
    await one.lab.nas.fault({ kind: "holdBefore" });
    const taking = one.take();
    const goOn = await untilAsked(one.lab);
    await removeOurs(one);
    await goOn();
    const { snapshots } = await taking;
    expect(snapshots[0]).toMatchObject({ consistency: "Crash", vms: [{ reason: /somebody removed it/ }] });
  }));

test("the core dies and the NAS comes to its request while a repair is at work: the VMs are held until then", () =>
  scene(async ({ lab, core, take }) => {
    await lab.nas.fault({ kind: "holdBefore" });
    const taking = take().catch(() => undefined);
    const goOn = await untilAsked(lab);
    await core.kill();
    await taking;
    const other = await lab.connect(core.home);
    const repairing = other.rows("repairOperation");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await goOn();
    expect(await repairing).toMatchObject([{ state: "Completed" }]);
    expect(await other.rows("getLunSnapshot")).toMatchObject([{ consistency: "Application" }]);
    const atMs = (effects: { kind: string; atMs: number }[], kind: string) =>
      effects.find((one) => one.kind === kind)?.atMs ?? 0;
    const removed = atMs(await lab.vcenter.effects(), "vm.snapshotRemove");
    expect(removed).toBeGreaterThan(atMs(await lab.nas.effects(), "snapshot.create"));
    await other.stop();
  }));

test("a datastore whose name has brackets: its VMs are held and told", () =>
  scene(async ({ take }) => {
    const { snapshots } = await take();
    expect(snapshots[0]).toMatchObject({ consistency: "Application", vms: [{ name: "vm001" }] });
  }, "ds [prod]"));

test("vCenter does not let us watch its tasks: what may still come of them keeps the operation open", () =>
  scene(async ({ lab, core, take }) => {
    await lab.vcenter.fault({ kind: "taskHoldBefore", match: { task: "createSnapshot" } });
    for (const method of ["WaitForUpdatesEx", "CancelTask"])
      await lab.vcenter.fault({ kind: "fault", fault: "NoPermission", match: { method }, times: 0 });
    await expect(take()).rejects.toMatchObject({ data: { code: "HoldLeft", details: { members: /vm001/ } } });
    const [task] = await lab.vcenter.holds();
    await lab.vcenter.release(task?.id ?? 0, "continue");
    await expect.poll(() => ours(lab)).toHaveLength(1);
    await lab.vcenter.clearFaults();
    expect(await core.rows("repairOperation")).toMatchObject([{ state: "Completed" }]);
    expect(await ours(lab)).toEqual([]);
    expect(await core.rows("getLunSnapshot")).toMatchObject([{ consistency: "Crash" }]);
  }));

test("a VM is registered anew while it is held: its VM snapshot is not left behind", () =>
  scene(async ({ lab, soap, take }) => {
    await lab.nas.fault({ kind: "holdBefore" });
    const taking = take();
    const goOn = await untilAsked(lab);
    const vm = (await lab.vcenter.state()).vms[0] as VmView;
    await lab.vcenter.changeVm("vm001", { power: "poweredOff" });
    await soap.call("UnregisterVM", ref("VirtualMachine", vm.ref));
    const where = `<path>${vm.vmx}</path><asTemplate>false</asTemplate>${tag("pool", ref("ResourcePool", vm.pool))}`;
    await soap.call("RegisterVM_Task", ref("Folder", vm.folder), where);
    await expect.poll(async () => (await lab.vcenter.state()).vms[0]?.registered).toBe(true);
    await goOn();
    expect((await taking).snapshots[0]?.consistency).toBe("Unverified");
    expect(await ours(lab)).toEqual([]);
  }));
