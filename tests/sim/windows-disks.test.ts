import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type SimulatedNas, startNas } from "./nas/start.ts";
import { startPowerShell, type WindowsPowerShell } from "./windows/powershell.ts";
import { type SimulatedWindows, startWindowsSim, type VolumeView } from "./windows/start.ts";

let nas: SimulatedNas;
let windows: SimulatedWindows;
let powershell: WindowsPowerShell;
let naa: string;
let volume: VolumeView;

beforeAll(async () => {
  nas = await startNas({ iscsi: true });
  naa = (await nas.addLun({ name: "data", sizeBytes: 64 * 1024 * 1024 })).naa.toUpperCase();
  windows = await startWindowsSim({ nas });
  powershell = startPowerShell(windows);
});

afterAll(async () => {
  await powershell?.stop();
  await windows?.stop();
  await nas?.stop();
});

const file = (...names: string[]) => join(windows.root, ...names);
const run = (script: string) => powershell.run(script);

test.each(["GET / HTTP/1.1", "null", '{"cmdlet":7,"params":{}}', '{"cmdlet":"Get-Disk"}'])(
  "who says '%s' is no cmdlet: it is hung up on, and Windows runs on",
  async (line) => {
    const [host, port] = String(windows.environment.SIM_WINDOWS).split(":");
    const socket = connect(Number(port), host).resume();
    socket.write(`${line}\n`);
    await once(socket, "close");
    expect(await run("(Get-Disk -Number 1).Number")).toBe(1);
  },
);

test("a new LUN arrives offline and read-only, as the SAN policy of a server says", async () => {
  const seen = await run(
    `Get-Disk -Number 1 | Select-Object UniqueId, UniqueIdFormat, BusType, PartitionStyle, IsOffline, OfflineReason, IsReadOnly`,
  );
  expect(seen).toEqual({
    ...{ UniqueId: naa, UniqueIdFormat: "FCPH Name", BusType: "iSCSI", PartitionStyle: "RAW" },
    ...{ IsOffline: true, OfflineReason: "Policy", IsReadOnly: true },
  });
});

describe("a disk with a volume", () => {
  beforeAll(async () => {
    [volume] = (await windows.prepareDisk({ naa, paths: ["F:\\"] })) as [VolumeView];
    await writeFile(file("F", "report"), "first");
  });

  test("shows volume, letter, session and each other from every side", async () => {
    const seen = await run(`
      $partition = Get-Disk | Where-Object UniqueId -eq ${naa} | Get-Partition | Where-Object DriveLetter
      $session = Get-Disk -Number $partition.DiskNumber | Get-IscsiSession
      @($partition.AccessPaths) + ($partition | Get-Volume).UniqueId + ($session | Get-IscsiTarget).NodeAddress
      ($session | Get-Disk).UniqueId
      ($session | Get-IscsiConnection).TargetPortNumber`);
    const { targets } = await nas.state();
    const port = Number(nas.portals[0]?.split(":")[1]);
    expect(seen).toEqual(["F:\\", volume.path, volume.path, targets[0]?.iqn, naa, port]);
  });

  test("offline it has no files, and what was written is on the LUN when it is online again", async () => {
    await run(`Set-Disk -Number 1 -IsOffline $true`);
    expect(existsSync(file("F", "report"))).toBe(false);
    expect((await nas.state()).targets[0]?.connections).toHaveLength(1);
    await run(`Set-Disk -Number 1 -IsOffline $false`);
    expect(await readFile(file("F", "report"), "utf8")).toBe("first");
  });

  test("a disk that stays online does not see a revert beneath it; offline and online again it does", async () => {
    await windows.freeze("F:\\");
    const lun = (await nas.state()).luns[0]?.file ?? "";
    const before = await readFile(lun);
    await windows.thaw("F:\\");
    await appendFile(file("F", "report"), " second");
    await writeFile(lun, before, { flag: "r+" });
    expect(await readFile(file("F", "report"), "utf8")).toBe("first second");
    await run(`Set-Disk 1 -IsOffline $true`);
    await writeFile(lun, before, { flag: "r+" });
    await run(`Set-Disk 1 -IsOffline $false`);
    expect(await readFile(file("F", "report"), "utf8")).toBe("first");
  });

  test("attributes that VSS left in the bytes hide the volume at its next arrival, and Set-Partition clears them", async () => {
    await windows.setAttributes({ naa, hidden: true, readOnly: true, noDriveLetter: true });
    expect(existsSync(file("F", "report"))).toBe(true);
    await run(`Set-Disk 1 -IsOffline $true; Set-Disk 1 -IsOffline $false`);
    expect(existsSync(file("F", "report"))).toBe(false);
    const attributes = `Get-Partition 1 2 | Select-Object IsHidden, IsReadOnly, NoDefaultDriveLetter`;
    expect(await run(attributes)).toEqual({ IsHidden: true, IsReadOnly: true, NoDefaultDriveLetter: true });
    await run(`Get-Partition 1 2 | Set-Partition -IsHidden $false -IsReadOnly $false -NoDefaultDriveLetter $false`);
    expect(await run(attributes)).toEqual({ IsHidden: false, IsReadOnly: false, NoDefaultDriveLetter: false });
    await writeFile(file("F", "report"), "first");
  });

  test("a mounted folder must be there and empty, and can be taken away", async () => {
    const add = `Add-PartitionAccessPath -DiskNumber 1 -PartitionNumber 2 -AccessPath C:\\check`;
    expect(await run(add)).toBe("StorageWMI 42003,Add-PartitionAccessPath");
    mkdirSync(file("C", "check"));
    await run(add);
    expect(await readFile(file("C", "check", "report"), "utf8")).toBe("first");
    await run(`Remove-PartitionAccessPath -DiskNumber 1 -PartitionNumber 2 -AccessPath C:\\check\\`);
    expect(existsSync(file("C", "check", "report"))).toBe(false);
  });

  describe("with a file open", () => {
    test.each(["refuse", "dismount"] as const)("offline: %s", async (offlineWhileOpen) => {
      await windows.settings({ offlineWhileOpen });
      const holder = spawn("sleep", ["60"], { cwd: file("F"), stdio: "ignore" });
      await expect
        .poll(() => windows.openFiles("F:\\"), { timeout: 20_000 })
        .toMatchObject([{ pid: holder.pid, process: "sleep" }]);
      const outcome = await run(`Set-Disk -Number 1 -IsOffline $true; (Get-Disk 1).IsOffline`);
      expect(outcome).toBe(offlineWhileOpen === "refuse" ? "StorageWMI 6,Set-Disk" : true);
      holder.kill();
      await run(`Set-Disk -Number 1 -IsOffline $false`);
      expect(await readFile(file("F", "report"), "utf8")).toBe("first");
    });
  });
});

describe("errors", () => {
  beforeEach(() => windows.clearFaults());

  test("are told by id and HRESULT, in whatever language", async () => {
    const script = `
      try { Get-Disk -Number 99 } catch { $_.FullyQualifiedErrorId; $_.CategoryInfo.Category.ToString(); $_.Exception.Message }
      try { Disconnect-IscsiTarget -NodeAddress (Get-IscsiTarget).NodeAddress -Confirm:$false }
      catch { $_.FullyQualifiedErrorId; '{0:x8}' -f $_.Exception.HResult; $_.Exception.GetType().Name }`;
    const english = await run(script);
    await windows.settings({ culture: "de-DE" });
    const german = await run(script);
    await windows.settings({ culture: "en-US" });
    expect(english).toEqual([
      "CmdletizationQuery_NotFound_Number,Get-Disk",
      "ObjectNotFound",
      "No MSFT_Disk objects found with property 'Number' equal to '99'.  Verify the value of the property and retry.",
      "HRESULT 0xefff0040,Disconnect-IscsiTarget",
      "efff0040",
      "CimException",
    ]);
    expect(german.toSpliced(2, 1)).toEqual(english.toSpliced(2, 1));
    expect(german[2]).toContain("Es wurden keine MSFT_Disk-Objekte");
  });

  test("IsOffline and IsReadOnly are not of one parameter set", async () => {
    expect(await run(`Set-Disk 1 -IsOffline $false -IsReadOnly $false`)).toBe("AmbiguousParameterSet,Set-Disk");
  });

  test("a cmdlet fails, answers wrongly, or is held before and after its effect", async () => {
    await windows.fault({ kind: "error", cmdlet: "Set-Disk", errorId: "StorageWMI 4" });
    expect(await run(`Set-Disk 1 -IsOffline $true`)).toBe("StorageWMI 4,Set-Disk");
    await windows.fault({ kind: "answer", cmdlet: "Get-Disk", merge: { Number: 7 } });
    expect(await run(`(Get-Disk 1).Number; (Get-Disk 1).Number`)).toEqual([7, 1]);
    await windows.reset();
    await windows.fault({ kind: "holdAfter" });
    const outcome = run(`Write-VolumeCache -DriveLetter F; 'flushed'`);
    const [held] = await windows.holds(10_000);
    expect(held).toMatchObject({ func: "Write-VolumeCache", when: "after" });
    expect(await windows.effects()).toMatchObject([{ kind: "volume.flushed", id: volume.path }]);
    await windows.release(held?.id ?? 0, "continue");
    expect(await outcome).toBe("flushed");
  });
});
