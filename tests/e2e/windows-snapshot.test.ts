import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { manifest } from "../module/session.ts";
import type { WindowsPowerShell } from "../sim/windows/powershell.ts";
import { LunImage } from "./support/lunImage.ts";
import { Recorder } from "./support/recorder.ts";
import { VssLab } from "./support/vssLab.ts";

let lab: VssLab;
let powershell: WindowsPowerShell;
let recorder: Recorder;

beforeAll(async () => {
  lab = await VssLab.start({
    luns: { sqldata: ["F:\\"], sqllog: ["G:\\"] },
    nas: { quirks: { createAnswersEarly: false } },
  });
  powershell = lab.powershell();
  await powershell.run(`Import-Module '${manifest}'`);
  recorder = new Recorder(join(lab.windows.root, "F", "records"));
  const volumes = (await lab.windows.state()).disks.flatMap((disk) => disk.volumes);
  const volume = volumes.find(({ accessPaths }) => accessPaths.includes("F:\\"));
  lab.writers.push({
    id: "{A65FAA63-5EA8-4EBC-9DBD-A0C4DB26912A}",
    instanceId: "{11111111-0000-0000-0000-000000000001}",
    name: "RecorderWriter",
    components: [{ name: "records", type: "Database", databases: [`${volume?.path}records`] }],
    freeze: () => recorder.freeze(),
    thaw: () => recorder.thaw(),
  });
});

afterAll(async () => {
  await recorder?.stop();
  await powershell?.stop();
  await lab?.stop();
});

/** What the application finds in the snapshot, from a clone of it. */
async function recordsIn(snapshot: { Name: string; LunName: string }): Promise<string[]> {
  const cloneName = `c${Date.now()}`;
  await powershell.run(
    `Get-QnapLunSnapshot ${snapshot.LunName} -Name ${snapshot.Name} | New-QnapLunClone -Name ${cloneName}`,
  );
  const clone = (await lab.nas.state()).luns.find(({ name }) => name === cloneName);
  const image = await LunImage.open(String(clone?.file));
  await image.check();
  return (await image.read("/records")).split("\n").filter(Boolean);
}

test("Crash: nobody is asked, and the label says so", async () => {
  const taken = await powershell.run("New-QnapLunSnapshot sqldata");
  expect(taken).toMatchObject({ Consistency: "Crash", Writers: null });
  expect(recorder.pending).toBeGreaterThan(0);
});

test("Application, and nothing is known of the NAS's answer: a crash, with the reason", async () => {
  const taken = await powershell.run("New-QnapLunSnapshot sqldata -Type Application");
  expect(taken).toMatchObject({ Consistency: "Crash", Reason: expect.stringContaining("Test-QnapNas -ScratchLun") });
});

test("Application: every record that was acknowledged before the freeze is in the snapshot", async () => {
  await lab.knowPointInTime();
  const taken = await powershell.run("New-QnapLunSnapshot sqldata, sqllog -Type Application");
  expect(taken).toMatchObject([
    {
      LunName: "sqldata",
      Consistency: "Application",
      Writers: [{ Name: "RecorderWriter", Consistency: "Application" }],
    },
    { LunName: "sqllog", Consistency: "FileSystem", Writers: [] },
  ]);
  expect(taken[0].FreezeMs).toBeGreaterThan(0);
  const records = await recordsIn(taken[0]);
  expect(records.at(-1)).toBe(`record ${recorder.acknowledgedAtFreeze}`);
  expect(records).toHaveLength(recorder.acknowledgedAtFreeze);
});
