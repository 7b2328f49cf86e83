import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../../build/repo.ts";
import { readDisks, readPartitions } from "../../../ts-core/windows/inventory.ts";
import { HostSession } from "../../../ts-core/windows/powershell.ts";
import { type SimulatedNas, startNas } from "../../sim/nas/start.ts";
import { type SimulatedWindows, startWindowsSim } from "../../sim/windows/start.ts";

let nas: SimulatedNas;
let windows: SimulatedWindows;
let host: HostSession;
let naas: string[];

beforeAll(async () => {
  nas = await startNas({ iscsi: true });
  const luns = [await nas.addLun({ name: "data", sizeBytes: 64 << 20 }), await nas.addLun({ name: "raw" })];
  naas = luns.map(({ naa }) => naa);
  windows = await startWindowsSim({ nas });
  await windows.prepareDisk({ naa: String(naas[0]), paths: ["F:\\"] });
  host = new HostSession(windows.powershell, join(root, "module/Host"));
});
afterAll(async () => {
  await host?.close();
  await windows?.stop();
  await nas?.stop();
});

async function partitions(naa: string | undefined) {
  const [disk] = await readDisks(host, String(naa));
  return disk && readPartitions(host, disk);
}

test("partitions of a disk; one that was never set up has none", async () => {
  expect((await partitions(naas[0]))?.flatMap(({ accessPaths }) => accessPaths)).toContain("F:\\");
  expect(await partitions(naas[1])).toEqual([]);
});

test("that partitions cannot be read does not mean that there are none", async () => {
  await windows.fault({ kind: "error", cmdlet: "Get-Partition", errorId: "StorageWMI 46" });
  await expect(partitions(naas[0])).rejects.toMatchObject({ code: "WindowsRefused" });
});
