/** A LUN that a Windows Server uses, over both simulators. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CoreFailure, CoreProcess } from "../coreProcess.ts";
import { WindowsLab } from "./support/windowsLab.ts";

let lab: WindowsLab;
let core: CoreProcess;

beforeAll(async () => {
  lab = await WindowsLab.start({ paths: ["F:\\", "C:\\mount\\logs\\"] });
  core = await lab.connect();
});
afterAll(async () => {
  await core?.stop();
  await lab?.stop();
});

const failure = (method: string, params: object): Promise<CoreFailure> =>
  core.call(method, params).then(
    () => expect.unreachable(`${method} did not fail`),
    (error: CoreFailure) => error,
  );
const kinds = async () => (await lab.windows.effects()).map(({ kind }) => kind);

test("who uses the LUN: disk, volumes with their paths, session", async () => {
  const rows = await core.rows("getLunConsumer", { lun: { name: "data" } });
  const { guid } = (await lab.disk()) ?? {};
  const iqn = (await lab.lun()).targets.length;
  expect(iqn).toBe(1);
  expect(rows).toMatchObject([
    {
      consumer: "Windows",
      kind: "Disk",
      name: "disk 1",
      state: "Online",
      detail: expect.stringContaining(String(guid)),
    },
    { kind: "Volume", name: "F:\\", state: "Mounted" },
    { kind: "Volume", name: "C:\\mount\\logs\\", state: "Mounted" },
    { kind: "Session", state: "Connected", detail: expect.stringMatching(/authentication NONE/) },
  ]);
});

test("a verdict for each of them", async () => {
  const rows = await core.rows("testLun", { lun: { name: "data" } });
  expect(rows.map(({ kind, verdict }) => `${kind} ${verdict}`)).toEqual([
    "Lun OK",
    "Disk OK",
    "Volume OK",
    "Volume OK",
    "Session OK",
  ]);
});

describe("a restore", () => {
  let snapshotId: string;
  let before: string[];
  const restore = (more: object = {}) => ({
    snapshot: { lun: { name: "data" }, snapshotId },
    safetyCopy: "None",
    ...more,
  });

  beforeAll(async () => {
    await lab.write("F:\\report", "good".repeat(10_000));
    await lab.write("C:\\mount\\logs\\log", "old");
    // As VSS does it: it hides the volumes of what becomes a shadow copy.
    await lab.windows.setAttributes({
      naa: lab.naa,
      hidden: true,
      readOnly: true,
      noDriveLetter: true,
      shadowCopy: true,
    });
    snapshotId = await lab.takeSnapshot(core, ["F:\\", "C:\\mount\\logs\\"]);
    await lab.windows.setAttributes({
      naa: lab.naa,
      hidden: false,
      readOnly: false,
      noDriveLetter: false,
      shadowCopy: false,
    });
    before = await lab.account();
  });
  afterEach(async () => {
    await lab.windows.endProcess("reporter.exe");
    expect(await lab.account()).toEqual(before);
  });

  test("its plan names every step, and changes nothing", async () => {
    await lab.windows.reset();
    const { plan, refusals } = await core.call<{ plan: { steps: { action: string }[] }; refusals: string[] }>(
      "restoreLunSnapshot",
      restore({ planOnly: true }),
    );
    expect(refusals).toEqual([]);
    const steps = plan.steps.map(({ action }) => action).join("\n");
    expect(steps).toMatch(
      /Flush F:\\ and dismount it[\s\S]*Take disk 1 offline on this server\nDisable LUN[\s\S]*Revert LUN[\s\S]*Enable LUN[\s\S]*bring it online[\s\S]*volumes at F:\\, C:\\mount\\logs\\ again/,
    );
    expect(await lab.windows.effects()).toEqual([]);
  });

  test("brings volumes back at their paths, with every byte; bits that VSS left are gone", async () => {
    const hash = () => lab.read("F:\\report").then((text) => createHash("sha256").update(String(text)).digest("hex"));
    const good = await hash();
    await lab.write("F:\\report", "encrypted");
    await lab.write("F:\\later", "later");
    const told = await core.call("restoreLunSnapshot", restore());
    expect(told).toMatchObject({ told: ["volume at F:\\", "volume at C:\\mount\\logs\\"], notAdded: [] });
    expect([await hash(), await lab.read("F:\\later"), await lab.read("C:\\mount\\logs\\log")]).toEqual([
      good,
      undefined,
      "old",
    ]);
    expect(await lab.bits()).toEqual([]);
  });

  test("a program that runs from the LUN is named, and nothing is touched", async () => {
    await lab.windows.startProcess({ name: "reporter.exe", executablePath: "F:\\bin\\reporter.exe", files: [] });
    await lab.windows.reset();
    const { data } = await failure("restoreLunSnapshot", restore());
    const reasons = expect.stringContaining("program 'reporter.exe'");
    expect(data).toMatchObject({ code: "LunCannotBeReleased", details: { reasons } });
    expect(await lab.windows.effects()).toEqual([]);
  });

  test("an open file stops it before the NAS is asked for anything", async () => {
    const holder = spawn("sleep", ["300"], { cwd: lab.file("C:\\mount\\logs"), stdio: "ignore" });
    await expect.poll(() => lab.windows.openFiles("C:\\mount\\logs\\"), { timeout: 20_000 }).toHaveLength(1);
    const { data } = await failure("restoreLunSnapshot", restore());
    expect(data).toMatchObject({
      code: "WindowsDiskInUse",
      details: { users: ["somebody has a file open on C:\\mount\\logs\\"] },
    });
    expect(await kinds()).not.toContain("disk.offline");
    holder.kill();
    await once(holder, "exit");
  });

  test("a disk that came back with another GUID is left offline, and said to be another one", async () => {
    const wrong = { Guid: "{11111111-2222-3333-4444-555555555555}", IsOffline: true };
    await lab.nas.fault({ kind: "holdAfter", match: { func: "recover_" } });
    const running = core.code("restoreLunSnapshot", restore());
    const [held] = await lab.nas.holds(240_000);
    const merge = { ...wrong, UniqueId: lab.naa.toUpperCase(), Number: 1 };
    await lab.windows.fault({ kind: "answer", cmdlet: "Get-Disk", merge, times: 0 });
    await lab.nas.release(held?.id ?? 0, "continue");
    expect(await running).toBe("LunNotTakenBack");
    await lab.windows.clearFaults();
    expect(await core.rows("repairOperation")).toMatchObject([{ state: "Completed" }]);
  });
});

describe("a copy beside the original", () => {
  let snapshotId: string;
  let before: string[];
  const mount = (more: object = {}) => ({
    snapshot: { lun: { name: "data" }, snapshotId },
    path: "C:\\check",
    name: "copy",
    ...more,
  });

  beforeAll(async () => {
    await lab.write("F:\\report", "as it was");
    await lab.windows.setAttributes({ naa: lab.naa, hidden: true, noDriveLetter: true });
    snapshotId = await lab.takeSnapshot(core, ["F:\\"]);
    await lab.windows.setAttributes({ naa: lab.naa, hidden: false, noDriveLetter: false });
    await lab.write("F:\\report", "as it is");
    before = await lab.account();
  });
  afterEach(async () => {
    await lab.windows.settings({ guidWhileOffline: true, collisionOnline: "refuse" });
    expect(await lab.account()).toEqual(before);
  });

  test.each([
    ["Windows changes the GUID of a disk that is offline", {}],
    ["Windows gives a disk that comes online a GUID itself", { guidWhileOffline: false, collisionOnline: "newId" }],
  ] as const)("%s", async (_, settings) => {
    await lab.windows.settings(settings);
    const { mounted } = await core.call<{ mounted: { lunNaa: string; path: string } }>("mountLunSnapshot", mount());
    expect(mounted.path).toBe("C:\\check");
    const [original, copy] = [await lab.disk(), await lab.disk(mounted.lunNaa)];
    expect(copy).toMatchObject({ isOffline: false, isReadOnly: true });
    expect(copy?.guid).not.toBe(original?.guid);
    expect(copy?.volumes.map(({ accessPaths }) => accessPaths)).toEqual([
      ["C:\\check\\Partition2\\"],
      ["C:\\check\\Partition3\\"],
    ]);
    expect([await lab.read("C:\\check\\Partition2\\report"), await lab.read("F:\\report")]).toEqual([
      "as it was",
      "as it is",
    ]);
    await core.call("dismountLunSnapshot", { path: "c:\\CHECK" });
    expect(await lab.folder("C:\\")).toEqual(["mount"]);
  });

  test.each([
    ["check", "the full path of a folder"],
    ["F:\\below", "it lies on the LUN itself"],
    ["C:\\mount", "there is something in that folder"],
  ])("not at %s", async (path, reason) => {
    const { data } = await failure("mountLunSnapshot", mount({ path }));
    expect(data).toMatchObject({ code: "MountPathRefused", details: { reason: expect.stringContaining(reason) } });
  });

  test("while a file on it is open it stays", async () => {
    await core.call("mountLunSnapshot", mount());
    const holder = spawn("sleep", ["300"], { cwd: lab.file("C:\\check\\Partition2"), stdio: "ignore" });
    await expect.poll(() => lab.windows.openFiles("C:\\check\\Partition2\\"), { timeout: 20_000 }).toHaveLength(1);
    expect((await failure("dismountLunSnapshot", { lunName: "copy" })).data.code).toBe("MountInUse");
    holder.kill();
    await once(holder, "exit");
    await core.call("dismountLunSnapshot", { lunName: "copy" });
  });
});
