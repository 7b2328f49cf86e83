/** Hyper-V VMs with their memory: checkpoints made before the LUN's snapshot, inside it, and removed again, whoever dies. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type CoreProcess, runCore } from "../coreProcess.ts";
import { VssLab } from "./support/vssLab.ts";

let lab: VssLab;
let core: CoreProcess;

beforeAll(async () => {
  lab = await VssLab.start({ luns: { hvdata: ["F:\\"] } });
  await lab.windows.addVm({ name: "web01", folder: "F:\\web01", running: true });
  await lab.windows.addVm({ name: "old01", folder: "F:\\old01" });
});
afterAll(() => lab?.stop());
beforeEach(async () => {
  core = await lab.core();
  await lab.windows.reset();
  return () => core.stop();
});

const request = { luns: [{ name: "hvdata" }], type: "Application", hyperVCheckpoint: "Memory" };
const vmEffects = async () =>
  (await lab.windows.effects()).filter(({ kind }) => kind.startsWith("vm.")).map(({ kind }) => kind);
const vms = async () => (await lab.windows.state()).vms;

async function nothingIsLeft(): Promise<void> {
  for (const { name, checkpoints, checkpointType } of await vms())
    expect({ name, checkpoints, checkpointType }).toEqual({ name, checkpoints: [], checkpointType: "Production" });
}

test("a running VM is kept with its memory, one that is off as it is; nothing is left of the checkpoints", async () => {
  const { snapshots, operationId } = await core.call<{ snapshots: object[]; operationId: string }>(
    "newLunSnapshot",
    request,
  );
  expect(snapshots).toMatchObject([
    {
      consistency: "Memory",
      vms: [
        { name: "web01", consistency: "Memory", powerState: "Running", reason: null },
        { name: "old01", consistency: "PoweredOff", reason: null },
      ],
    },
  ]);
  const effects = await lab.windows.effects();
  expect(JSON.stringify(effects)).toContain(`QS_${operationId}`);
  await nothingIsLeft();
});

test("a VM with a disk elsewhere is refused before anything is done", async () => {
  await lab.windows.addVm({ name: "torn01", folder: "F:\\torn01", disks: ["C:\\torn01.vhdx"] });
  expect(await core.code("newLunSnapshot", request)).toBe("PreflightRefused");
  expect(await vmEffects()).toEqual([]);
  const shell = lab.powershell();
  await shell.run("Get-VM torn01 | Remove-VM -Force");
  await shell.stop();
});

test("the core is killed while a checkpoint stands: a repair removes it and puts the VM's setting back", async () => {
  await lab.windows.fault({ cmdlet: "Remove-VMSnapshot", kind: "holdBefore" });
  const running = core.call("newLunSnapshot", request).catch((error: unknown) => error);
  expect(await lab.windows.holds(120_000)).toHaveLength(1);
  await core.kill();
  await running;
  for (const { id } of await lab.windows.holds(0)) await lab.windows.release(id, "drop");
  await lab.windows.clearFaults();
  const { exitCode } = await runCore(lab.home, "recover", lab.environment);
  expect(exitCode).toBe(0);
  await nothingIsLeft();
  core = await lab.core();
  const operations = await core.rows("getOperation");
  expect(operations[0]).toMatchObject({ kind: "newLunSnapshot", state: "Completed" });
});
