/** Whether a NAS's answer to a create is the point in time, measured on a LUN of a simulated Windows over both simulators. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CoreProcess } from "../coreProcess.ts";
import { type SimulatedNas, startNas } from "../sim/nas/start.ts";
import { type SimulatedWindows, startWindowsSim } from "../sim/windows/start.ts";

let nas: SimulatedNas;
let windows: SimulatedWindows;
let core: CoreProcess;
let home: string;

const quirks = {
  timeScale: 1,
  createSnapshotMs: 400,
  deleteSnapshotMs: 20,
  cloneMs: 50,
  naaDelayMs: 0,
  createLunMs: 0,
  removeLunMs: 20,
};

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "qnap-scratch-"));
  nas = await startNas({ iscsi: true, quirks });
  const { naa } = await nas.addLun({ name: "scratch", sizeBytes: 64 * 2 ** 20 });
  windows = await startWindowsSim({ nas });
  await windows.prepareDisk({ naa: naa.toUpperCase(), paths: ["F:\\"] });
  core = await startCore();
});
afterEach(async () => {
  await core.stop();
  await windows.stop();
  await nas.stop();
  rmSync(home, { recursive: true, force: true });
});

async function startCore(): Promise<CoreProcess> {
  process.env.QNAP_SNAPSHOT_POWERSHELL = windows.powershell;
  const started = await CoreProcess.start(home);
  await started.connect(nas);
  return started;
}

const measure = () => core.rows<{ check: string }>("testNas", { scratchLun: { name: "scratch" } });
const pointInTime = (rows: { check: string }[]) => rows.find(({ check }) => check === "Point in time");

async function expectNothingLeft(): Promise<void> {
  const { luns, snapshots } = await nas.state();
  expect(luns.map(({ name }) => name)).toEqual(["scratch"]);
  expect(snapshots).toEqual([]);
  expect(readdirSync(join(windows.root, "F")).filter((name) => name !== "lost+found")).toEqual([]);
  expect(readdirSync(join(windows.root, "C")).filter((name) => name.startsWith("QnapSnapshot"))).toEqual([]);
  expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
}

test("an answer that comes before the point in time is found out by the first stamp behind it", async () => {
  expect(pointInTime(await measure())).toMatchObject({
    status: "Limited",
    confidence: "Measured",
    detail: expect.stringMatching(/^comes after the NAS has answered \(1 trials/),
  });
  await expectNothingLeft();
});

test.each(["create", "mount", "resignature"])(
  "killed after '%s' stands in the journal, a repair leaves nothing of it",
  async (event) => {
    const measuring = measure().catch(() => undefined);
    await expect.poll(journalText, { timeout: 90_000, interval: 20 }).toContain(`"event":"${event}"`);
    core.child.kill("SIGKILL");
    await measuring;
    core = await startCore();
    expect(await core.rows("repairOperation")).toMatchObject([{ kind: "testNas", state: "Undone" }]);
    await expectNothingLeft();
  },
  240_000,
);

function journalText(): string {
  const journal = join(home, "journal");
  return readdirSync(journal)
    .map((name) => readFileSync(join(journal, name), "utf8"))
    .join("");
}

test("an answer that comes after it is seen to in three trials, and stands in every later report", async () => {
  await nas.quirk("createAnswersEarly", false);
  const first = pointInTime(await measure());
  expect(first).toMatchObject({
    status: "Works",
    confidence: "Measured",
    detail: expect.stringMatching(
      /^exists when the NAS has answered \([3-6] trials on \d{4}-\d\d-\d\d, answers within [4-9]\d\d ms\)/,
    ),
  });
  await expectNothingLeft();
  expect(pointInTime(await core.rows<{ check: string }>("testNas", {}))).toEqual(first);
}, 480_000);
