import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SimulatedNas, startNas } from "./nas/start.ts";
import { startPowerShell, type WindowsPowerShell } from "./windows/powershell.ts";
import { type SimulatedWindows, startWindowsSim } from "./windows/start.ts";

let nas: SimulatedNas;
let windows: SimulatedWindows;
let powershell: WindowsPowerShell;

beforeAll(async () => {
  nas = await startNas({ iscsi: true });
  const { naa } = await nas.addLun({ name: "data", sizeBytes: 64 * 1024 * 1024 });
  windows = await startWindowsSim({ nas });
  powershell = startPowerShell(windows);
  await windows.prepareDisk({ naa, paths: ["F:\\"] });
});

afterAll(async () => {
  await powershell?.stop();
  await windows?.stop();
  await nas?.stop();
});

test("Windows' drives are there under their names", async () => {
  const seen = await powershell.run(`
    $null = New-Item -ItemType Directory -Path C:\\check
    Set-Content -LiteralPath F:\\note -Value 'on the LUN'
    Test-Path -LiteralPath C:\\check; Test-Path F:\\nothing; @(Get-ChildItem -LiteralPath F:\\ -Filter note).Count`);
  expect(seen).toEqual([true, false, 1]);
  expect(existsSync(join(windows.root, "F/note"))).toBe(true);
});

test("a volume with open files is not dismounted without force; services and programs tell who they are", async () => {
  const dismount = `
    $volume = Get-CimInstance -ClassName Win32_Volume -Filter "DriveLetter='F:'"
    (Invoke-CimMethod -InputObject $volume -MethodName Dismount -Arguments @{ Force = $false; Permanent = $false }).ReturnValue`;
  expect(await powershell.run(dismount)).toBe(0);
  const service = { displayName: "Shop", executablePath: "F:\\shop\\shop.exe", dependsOn: [] };
  await windows.addService({ ...service, name: "shop", files: ["F:\\orders.db"] });
  await windows.addService({ ...service, name: "shopweb", files: [], dependsOn: ["shop"] });
  expect(await powershell.run(dismount)).toBe(4);
  expect(await windows.openFiles("F:\\")).toMatchObject([{ path: join(windows.root, "F/orders.db") }]);
  const seen = await powershell.run(`
    Get-CimInstance Win32_Service | Where-Object PathName -match 'F:' | ForEach-Object { $_.Name, $_.State }
    (Get-Service shop).DependentServices.Name
    try { Stop-Service shop } catch { $_.FullyQualifiedErrorId }
    Stop-Service shop -Force
    Get-Service | ForEach-Object { $_.Status }`);
  const refused = "ServiceHasDependentServices,Stop-Service";
  expect(seen).toEqual(["shop", "Running", "shopweb", "Running", "shopweb", refused, "Stopped", "Stopped"]);
  expect(await powershell.run(dismount)).toBe(0);
});

test("files that are open through a share", async () => {
  await windows.addSmbFile({ path: "F:\\orders.db", client: "10.0.0.9", user: "EXAMPLE\\anna" });
  expect(await powershell.run("Get-SmbOpenFile | Select-Object Path, ClientUserName")).toEqual({
    Path: "F:\\orders.db",
    ClientUserName: "EXAMPLE\\anna",
  });
});
