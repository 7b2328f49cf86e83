import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HostSession } from "../../../ts-core/windows/powershell.ts";
import { type SimulatedNas, startNas } from "../../sim/nas/start.ts";
import { type SimulatedWindows, startWindowsSim, type VmView } from "../../sim/windows/start.ts";

const functions = join(import.meta.dirname, "../../../module/Host");
let nas: SimulatedNas;
let windows: SimulatedWindows;
let host: HostSession;
let vm: VmView;

beforeAll(async () => {
  nas = await startNas({ iscsi: true });
  windows = await startWindowsSim({ nas });
  vm = await windows.addVm({ name: "app", folder: "C:\\app" });
  host = new HostSession(windows.powershell, functions);
});
afterAll(async () => {
  await host?.close();
  await windows?.stop();
  await nas?.stop();
});

test("a VM by its id; one that is not there is none", async () => {
  expect(await host.read("Get-HostVM", { Id: vm.id })).toMatchObject([{ name: "app", checkpoints: [] }]);
  expect(await host.read("Get-HostVM", { Id: "00000000-0000-0000-0000-000000000001" })).toEqual([]);
});

test.each(["Get-VM", "Get-VMSnapshot"])("that %s fails does not mean that there is nothing", async (cmdlet) => {
  await windows.fault({ kind: "error", cmdlet, errorId: "OperationFailed" });
  await expect(host.read("Get-HostVM", { Id: vm.id })).rejects.toMatchObject({ code: "WindowsRefused" });
  await windows.clearFaults();
});

test("a disk that is passed through to a VM is known by its number", async () => {
  const merge = { DiskNumber: 7, Path: "Disk 7 10.00 GB Bus 0 Lun 1 Target 0" };
  await windows.fault({ kind: "answer", cmdlet: "Get-VMHardDiskDrive", merge });
  const [{ files } = { files: [] }] = await host.read<{ files: object[] }>("Get-HostVM", { Id: vm.id });
  expect(files).toContainEqual({ role: "Disk", path: "disk 7" });
});
