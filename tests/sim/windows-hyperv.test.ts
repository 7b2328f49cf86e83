import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SimulatedNas, startNas } from "./nas/start.ts";
import { startPowerShell, type WindowsPowerShell } from "./windows/powershell.ts";
import { type SimulatedWindows, startWindowsSim, type VmView } from "./windows/start.ts";

let nas: SimulatedNas;
let windows: SimulatedWindows;
let powershell: WindowsPowerShell;
let vm: VmView;

beforeAll(async () => {
  nas = await startNas({ iscsi: true });
  const { naa } = await nas.addLun({ name: "hv", sizeBytes: 128 * 1024 * 1024 });
  windows = await startWindowsSim({ nas });
  powershell = startPowerShell(windows);
  await windows.prepareDisk({ naa, paths: ["V:\\"] });
  vm = await windows.addVm({ name: "app", folder: "V:\\app", running: true });
});

afterAll(async () => {
  await powershell?.stop();
  await windows?.stop();
  await nas?.stop();
});

const run = (script: string) => powershell.run(script);
const local = (path: string) => join(windows.root, "V", path.slice(3).replaceAll("\\", "/"));
const lunFile = async () => (await nas.state()).luns[0]?.file ?? "";

async function written(): Promise<number> {
  return (await windows.state()).vms[0]?.written ?? 0;
}

async function untilWritten(count: number): Promise<void> {
  await expect.poll(written, { timeout: 20_000 }).toBeGreaterThanOrEqual(count);
}

test("a VM runs, writes and shows its files", async () => {
  await untilWritten(3);
  const seen = await run(`
    $vm = Get-VM -Id ${vm.id}
    $vm.Id.GetType().Name; "$($vm.State)"; $vm.ConfigurationLocation; (Get-VMHardDiskDrive -VM $vm).Path
    (Get-VHD -Path (Get-VMHardDiskDrive -VM $vm).Path).VhdType; (Get-VMIntegrationService -VM $vm).PrimaryOperationalStatus`);
  expect(seen).toEqual(["Guid", "Running", "V:\\app", "V:\\app\\app.vhdx", "Dynamic", "Ok"]);
  expect(existsSync(local(vm.configFile))).toBe(true);
  expect((await windows.openFiles("V:\\")).map(({ path }) => path)).toEqual([local("V:\\app\\app.vhdx")]);
});

test("a checkpoint with memory is real files that know what had been written; removed, its disk is merged", async () => {
  const id = await run(`
    Set-VM -Name app -CheckpointType Standard
    Checkpoint-VM -VM (Get-VM app) -SnapshotName before
    (Get-VMSnapshot -VMName app -Name before).Id.ToString()`);
  const memory = JSON.parse(
    (await readFile(local(`V:\\app\\Snapshots\\${id.toUpperCase()}.vmrs`), "utf8")).split("\n")[0] ?? "",
  );
  const [effect] = (await windows.effects()).filter(({ kind }) => kind === "checkpoint.created");
  expect(memory).toEqual({ written: effect?.detail.written });
  await untilWritten(memory.written + 2);
  expect(await windows.records("V:\\app\\app.vhdx")).toHaveLength(memory.written);
  expect(await run(`(Get-VMHardDiskDrive -VMName app).Path`)).toMatch(/^V:\\app\\app_[0-9A-F-]{36}\.avhdx$/);

  await run(`Get-VMSnapshot -VMName app | Remove-VMSnapshot`);
  expect(await run(`@(Get-VMSnapshot -VMName app).Count`)).toBe(0);
  await expect.poll(() => run(`(Get-VMHardDiskDrive -VMName app).Path`), { timeout: 20_000 }).toBe("V:\\app\\app.vhdx");
  await untilWritten((await written()) + 1);
  const records = await windows.records("V:\\app\\app.vhdx");
  expect(records).toEqual(records.map((_, index) => index + 1));
});

test("a revert brings configuration and checkpoints back, under a VM that was saved and unregistered", async () => {
  await run(`Checkpoint-VM -Name app -SnapshotName inside; Save-VM app`);
  const { written: saved } = JSON.parse(
    (await readFile(local(vm.configFile.replace("vmcx", "vmrs")), "utf8")).split("\n")[0] ?? "",
  );
  await windows.freeze("V:\\");
  const before = await readFile(await lunFile());
  await windows.thaw("V:\\");
  await run(
    `Start-VM app; Get-VMSnapshot -VMName app | Remove-VMSnapshot; Stop-VM app -TurnOff -Force; Set-Disk 1 -IsOffline $true`,
  );
  expect(await run(`"$((Get-VM app).State)"`)).toBe("OffCritical");
  await run(`Remove-VM app -Force`);
  expect(await run(`Get-VM app`)).toBe("InvalidParameter,Get-VM");
  await writeFile(await lunFile(), before, { flag: "r+" });
  const seen = await run(`
    Set-Disk 1 -IsOffline $false
    $vm = Import-VM -Path '${vm.configFile}'
    "$($vm.Id)"; "$($vm.State)"; (Get-VMSnapshot -VM $vm).Name; Start-VM -VM $vm; "$((Get-VM app).State)"`);
  expect(seen).toEqual([vm.id, "Saved", "inside", "Running"]);
  expect(await written()).toBeGreaterThanOrEqual(saved);
});

test("a VM whose disk is taken away under it is lost, and its volume is clean", async () => {
  await run(`Set-Disk 1 -IsOffline $true`);
  await expect.poll(() => run(`"$((Get-VM app).State)"`), { timeout: 20_000 }).toBe("OffCritical");
  await run(`Set-Disk 1 -IsOffline $false`);
  expect(await run(`"$((Get-VM app).State)"`)).toBe("Off");
});
