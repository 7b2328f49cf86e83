/** Two vCenters, of which one goes away in the middle. */
import { expect, test } from "vitest";
import { CoreProcess } from "../coreProcess.ts";
import { type SimulatedVcenter, startVcenter } from "../sim/vcenter/start.ts";
import { snapshotNames, startVmwareLab, type VmwareLab, vcenterLogin } from "./support/vmwareLab.ts";

/** The vCenter of the lab is asked first. */
async function withTwo(
  datastores: [Record<string, string>, Record<string, string>],
  vms: number,
  work: (lab: VmwareLab, second: SimulatedVcenter, connect: (home?: string) => Promise<CoreProcess>) => Promise<void>,
): Promise<void> {
  const lab = await startVmwareLab({}, { vms, hosts: 1, datastores: datastores[0] });
  await lab.nas.addLun({ name: "other", sizeBytes: 16 << 20 });
  const second = await startVcenter({ vms, hosts: 1, taskMs: 30, nas: lab.nas.control, datastores: datastores[1] });
  const cores: CoreProcess[] = [];
  const connect = async (home?: string) => {
    const core = home === undefined ? await lab.connect() : await CoreProcess.start(home);
    if (home === undefined) await core.call("setVMwareSetting", { ...vcenterLogin(second), server: "localhost" });
    else await core.connect(lab.nas);
    cores.push(core);
    return core;
  };
  try {
    await work(lab, second, connect);
  } finally {
    for (const core of cores) await core.kill();
    await second.stop();
    await lab.stop();
  }
}

const mounted = async (vcenter: SimulatedVcenter) => (await vcenter.state()).hosts.map((host) => host.mounted);

test("one vCenter is away after the revert: the other takes the LUN back at once, and a repair does the rest", () =>
  withTwo([{ shared: "vmstore" }, { shared: "vmstore" }], 0, async (lab, second, connect) => {
    const core = await connect();
    const { snapshots } = await core.call<{ snapshots: { snapshotId: string }[] }>("newLunSnapshot", {
      luns: [{ name: "vmstore" }],
      type: "Crash",
    });
    const snapshot = { lun: { name: "vmstore" }, snapshotId: snapshots[0]?.snapshotId };
    await lab.nas.fault({ kind: "holdBefore", match: { func: "recover_snapshot" } });
    const restoring = core.code("restoreLunSnapshot", { snapshot, safetyCopy: "None" });
    const [held] = await lab.nas.holds(240_000);
    expect([await mounted(lab.vcenter), await mounted(second)]).toEqual([[[]], [[]]]);
    await lab.vcenter.down();
    await lab.nas.release(held?.id ?? 0, "continue");
    expect(await restoring).toBe("LunNotTakenBack");
    expect(await mounted(second)).toEqual([["shared"]]);
    await lab.vcenter.up();
    expect(await core.rows("repairOperation")).toMatchObject([{ state: "Completed" }]);
    expect(await mounted(lab.vcenter)).toEqual([["shared"]]);
  }));

test("the core dies and one vCenter is away: the VMs of the other are let go by a repair", () =>
  withTwo([{ one: "vmstore" }, { two: "other" }], 1, async (lab, second, connect) => {
    const core = await connect();
    await lab.nas.fault({ kind: "holdAfter", match: { func: "create_snapshot" } });
    const luns = [{ name: "vmstore" }, { name: "other" }];
    const taking = core.code("newLunSnapshot", { luns, type: "Application" });
    const [held] = await lab.nas.holds(240_000);
    await core.kill();
    await taking;
    await lab.nas.release(held?.id ?? 0, "continue");
    await lab.vcenter.down();
    const other = await connect(core.home);
    expect(await other.rows("repairOperation")).toMatchObject([{ state: "Interrupted" }]);
    expect(snapshotNames(await second.state())).toEqual([]);
    await lab.vcenter.up();
    expect(await other.rows("repairOperation")).toMatchObject([{ state: expect.stringMatching(/Completed|Undone/) }]);
    expect(snapshotNames(await lab.vcenter.state())).toEqual([]);
  }));
