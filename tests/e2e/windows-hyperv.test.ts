/** Hyper-V VMs on a LUN that is restored. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CoreProcess } from "../coreProcess.ts";
import { WindowsLab } from "./support/windowsLab.ts";

let lab: WindowsLab;
let core: CoreProcess;
let snapshotId: string;

beforeAll(async () => {
  lab = await WindowsLab.start();
  core = await lab.connect();
  await lab.windows.addVm({ name: "app1", folder: "F:\\vms\\app1", running: true });
  await lab.windows.addVm({ name: "away", folder: "C:\\vms\\away", running: true });
  snapshotId = await lab.takeSnapshot(core, ["F:\\"]);
});
afterAll(async () => {
  await core?.stop();
  await lab?.stop();
});

const restore = (more: object = {}) => ({
  snapshot: { lun: { name: "data" }, snapshotId },
  safetyCopy: "None",
  powerOn: true,
  ...more,
});
const vms = async () =>
  (await lab.windows.state()).vms.map(({ name, isRunning }) => `${name} ${isRunning ? "runs" : "does not run"}`);
const vmEffects = async () => {
  const effects = await lab.windows.effects();
  return effects.filter(({ kind }) => /^(vm|disk)\./.test(kind)).map(({ kind }) => kind);
};

test("they are told with the LUN on which they lie, and with no other", async () => {
  const rows = await core.rows("getLunConsumer", { lun: { name: "data" } });
  expect(rows.filter(({ kind }) => kind === "VM")).toMatchObject([
    { name: "app1", state: "Running", detail: expect.stringMatching(/F:\\vms\\app1\\Virtual Machines\\.*\.vmcx$/) },
  ]);
});

test("saved before, registered and started after; the others run on", async () => {
  await lab.windows.reset();
  const { told } = await core.call<{ told: string[] }>("restoreLunSnapshot", restore());
  expect(told).toEqual(["volume at F:\\", "1 VM(s) registered"]);
  expect((await vms()).sort()).toEqual(["app1 runs", "away runs"]);
  expect(await vmEffects()).toEqual([
    "vm.saved",
    "disk.offline",
    "vm.removed",
    "disk.online",
    "vm.registered",
    "vm.running",
  ]);
});

test("a restore that the NAS refuses is undone: they run again, and none of their files is gone", async () => {
  await lab.nas.fault({ kind: "code", code: -1, times: 0, match: { func: "recover_" } });
  expect(await core.code("restoreLunSnapshot", restore({ powerOn: false }))).not.toBe("no error");
  await lab.nas.clearFaults();
  await core.rows("repairOperation");
  expect((await vms()).sort()).toEqual(["app1 runs", "away runs"]);
});

test("a VM with a disk elsewhere stops it", async () => {
  await lab.windows.addVm({ name: "torn", folder: "F:\\vms\\torn", disks: ["C:\\vms\\torn.vhdx"] });
  const { refusals } = await core.call<{ refusals: string[] }>("restoreLunSnapshot", restore({ planOnly: true }));
  expect(refusals.join()).toMatch(/'torn': it also has files elsewhere \(C:\\vms\\torn\.vhdx\)/);
});
