import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type NasOptions, type SimulatedNas, startNas } from "./nas/start.ts";
import { startPowerShell, type WindowsPowerShell } from "./windows/powershell.ts";
import { type SimulatedWindows, startWindowsSim, type WindowsOptions } from "./windows/start.ts";

let nas: SimulatedNas | undefined;
let windows: SimulatedWindows | undefined;
let powershell: WindowsPowerShell | undefined;

afterEach(async () => {
  await powershell?.stop();
  await windows?.stop();
  await nas?.stop();
});

const mebibyte = 1024 * 1024;
const chap = { user: "host", password: "correct-horse-1" };
const mutualChap = { user: "nas", password: "battery-staple" };

async function start(nasOptions: NasOptions, luns: Parameters<SimulatedNas["addLun"]>[0][], options: WindowsOptions) {
  const simulatedNas = await startNas({ iscsi: true, ...nasOptions });
  nas = simulatedNas;
  const naas: string[] = [];
  for (const lun of luns)
    naas.push((await simulatedNas.addLun({ sizeBytes: 64 * mebibyte, ...lun })).naa.toUpperCase());
  const simulated = await startWindowsSim({ nas: simulatedNas, ...options });
  windows = simulated;
  const shell = startPowerShell(simulated);
  powershell = shell;
  return { nas: simulatedNas, windows: simulated, naas, run: shell.run };
}

const twoPortals = { args: ["--portals", "127.0.0.1:0,127.0.0.2:0"] };

describe("two portals", () => {
  test("with MPIO one disk with two sessions, by CHAP on both sides", async () => {
    const account = { chap, mutualSecret: mutualChap.password, mpio: true };
    const { nas, run, naas } = await start(twoPortals, [{ name: "data", chap, mutualChap }], account);
    const seen = await run(`
      (Get-Disk | Where-Object BusType -eq iSCSI).UniqueId
      Get-Disk 1 | Get-IscsiSession | ForEach-Object AuthenticationType
      @(Get-Disk 1 | Get-IscsiSession | Get-IscsiConnection).TargetAddress | Sort-Object
      (Get-MPIOSetting).PathVerificationState; (Get-MSDSMAutomaticClaimSettings)['iSCSI']`);
    expect(seen).toEqual([naas[0], "MUTUALCHAP", "MUTUALCHAP", "127.0.0.1", "127.0.0.2", "Disabled", true]);
    expect((await nas.state()).targets[0]?.connections).toHaveLength(2);
  });

  test("without MPIO each path is a disk, and the second does not come online", async () => {
    const { windows, run, naas } = await start(twoPortals, [{ name: "data" }], {});
    await windows.prepareDisk({ naa: naas[0] ?? "", paths: ["F:\\"] });
    const connected = await run(`
      $target = (Get-IscsiTarget).NodeAddress
      try { $null = Connect-IscsiTarget -NodeAddress $target -TargetPortalAddress 127.0.0.2 } catch { $_.FullyQualifiedErrorId }
      Get-IscsiSession | ForEach-Object { $null = Connect-IscsiTarget -NodeAddress $target -TargetPortalAddress 127.0.0.2 -IsMultipathEnabled $true }
      Get-Disk | Where-Object BusType -eq iSCSI | ForEach-Object { $_.UniqueId, $_.IsOffline, $_.OfflineReason }`);
    const already = "HRESULT 0xefff003f,Connect-IscsiTarget";
    expect(connected).toEqual([already, naas[0], false, null, naas[0], true, "Redundant Path"]);
  });
});

describe("rescans", () => {
  test("disk numbers are given again; what the machine knows of a disk comes back with it", async () => {
    const { nas, windows, naas, run } = await start({}, [{ name: "one" }, { name: "two" }], {});
    for (const [index, naa] of naas.entries()) await windows.prepareDisk({ naa, paths: [`${"FG"[index]}:\\`] });
    const first = (await windows.state()).disks.find(({ number }) => number === 1)?.naa;
    const name = first === naas[0] ? "one" : "two";
    await nas.removeLun(name);
    const numbers = `Update-HostStorageCache; Get-Disk | Where-Object BusType -eq iSCSI | Sort-Object Number | ForEach-Object { $_.Number, $_.UniqueId }`;
    expect(await run(numbers)).toEqual([2, naas.find((naa) => naa !== first)]);
    const { naa } = await nas.addLun({
      name: "three",
      sizeBytes: 64 * mebibyte,
      target: name === "one" ? "two" : "one",
    });
    expect(await run(numbers)).toEqual([1, naa.toUpperCase(), 2, naas.find((one) => one !== first)]);
  });

  test("a copy with the same disk id stays offline until it has another one, and shows hidden volumes when told", async () => {
    const { nas, windows, naas, run } = await start({}, [{ name: "data" }, { name: "copy", target: "data" }], {});
    await windows.prepareDisk({ naa: naas[0] ?? "", paths: ["F:\\"] });
    await writeFile(join(windows.root, "F/report"), "kept");
    await windows.setAttributes({ naa: naas[0] ?? "", hidden: true, shadowCopy: true });
    await windows.freeze("F:\\");
    const { luns } = await nas.state();
    const fileOf = (name: string) => luns.find((lun) => lun.name === name)?.file ?? "";
    await writeFile(fileOf("copy"), await readFile(fileOf("data")), { flag: "r+" });
    await windows.thaw("F:\\");
    await windows.setAttributes({ naa: naas[0] ?? "", hidden: false, shadowCopy: false });
    const seen = await run(`
      $copy = { Get-Disk -UniqueId ${naas[1]} }
      try { Set-Disk -UniqueId ${naas[1]} -IsOffline $false } catch { $_.FullyQualifiedErrorId }
      (& $copy).OfflineReason
      try { Set-Disk -UniqueId ${naas[1]} -Guid '{11111111-2222-3333-4444-555555555555}' } catch { $_.FullyQualifiedErrorId }
      Set-Disk -UniqueId ${naas[1]} -IsReadOnly $false
      Set-Disk -UniqueId ${naas[1]} -Guid '{11111111-2222-3333-4444-555555555555}'
      Set-Disk -UniqueId ${naas[1]} -IsOffline $false
      @(& $copy | Get-Partition | Get-Volume -ErrorAction Ignore).Count
      & $copy | Get-Partition | Where-Object IsHidden | Set-Partition -IsHidden $false -IsShadowCopy $false
      Set-Disk -UniqueId ${naas[1]} -IsOffline $true
      Set-Disk -UniqueId ${naas[1]} -IsOffline $false
      (& $copy | Get-Partition | Get-Volume).DriveLetter
      (Get-Volume).UniqueId | Sort-Object -Unique | Measure-Object | ForEach-Object Count`);
    expect(seen).toEqual(["StorageWMI 4,Set-Disk", "Snapshot", "StorageWMI 41004,Set-Disk", 0, "D", 2]);
    expect(existsSync(join(windows.root, "D/report"))).toBe(true);
  });
});

test("a log-in comes back by itself after the NAS was away", async () => {
  const started = await start({}, [{ name: "data" }], {});
  nas = await started.nas.restart();
  await expect
    .poll(async () => (await started.windows.state()).sessions, { timeout: 20_000 })
    .toMatchObject([{ isConnected: true }]);
});

test("a disk of a failover cluster is the cluster's", async () => {
  const { windows, naas, run } = await start({}, [{ name: "data" }], {});
  await windows.prepareDisk({ naa: naas[0] ?? "", paths: ["F:\\"] });
  await windows.cluster({ naa: naas[0] ?? "", resource: "Cluster Disk 1", sharedVolume: true });
  const seen = await run(`
    (Get-Disk 1).IsClustered
    try { Set-Disk 1 -IsOffline $true } catch { $_.FullyQualifiedErrorId }
    Get-ClusterResource | ForEach-Object { $_.Name, $_.ResourceType, $_.State }
    (Get-ClusterSharedVolume).Name`);
  expect(seen).toEqual([
    true,
    "StorageWMI 41018,Set-Disk",
    "Cluster Disk 1",
    "Physical Disk",
    "Online",
    "Cluster Disk 1",
  ]);
});

test("neighbours on a target go on writing while a LUN is taken away from it and comes back", async () => {
  const luns = ["data", "left", "right"].map((name) => ({ name, target: "shared" }));
  const { nas, windows, naas, run } = await start({}, luns, {});
  for (const [index, naa] of naas.entries()) await windows.prepareDisk({ naa, paths: [`${"FGH"[index]}:\\`] });
  await windows.startLoad("G:\\load");
  await windows.startLoad("H:\\load");
  await run(`Set-Disk -UniqueId ${naas[0]} -IsOffline $true`);
  await nas.removeLun("data");
  expect(await run(`Update-HostStorageCache; @(Get-Disk | Where-Object BusType -eq iSCSI).Count`)).toBe(2);
  const { naa } = await nas.addLun({ name: "data", sizeBytes: 64 * mebibyte, target: "shared" });
  expect(await run(`Update-HostStorageCache; (Get-Disk -UniqueId ${naa}).IsOffline`)).toBe(true);
  const loads = await windows.endLoads();
  expect(loads.map(({ errors }) => errors)).toEqual([[], []]);
  for (const { writes } of loads) expect(writes).toBeGreaterThan(0);
});

test("Windows ends although its NAS is gone for good", async () => {
  const { nas, windows, naas } = await start({}, [{ name: "data" }], {});
  await windows.prepareDisk({ naa: naas[0] ?? "", paths: ["F:\\"] });
  await windows.startLoad("F:\\load");
  await nas.kill();
  await expect
    .poll(async () => (await windows.state()).sessions, { timeout: 20_000 })
    .toMatchObject([{ isConnected: false }]);
  await windows.stop();
  expect(await readFile("/proc/mounts", "utf8")).not.toContain(windows.root);
});
