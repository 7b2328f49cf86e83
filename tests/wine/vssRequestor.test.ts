/** The requestor against a simulated VSS, the provider's DLL between them; a script plays the provider's core. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Script, willing } from "../sim/vss/core.ts";
import { startVssSim, type VssSim } from "../sim/vss/requestor.ts";
import { RequestorRun } from "../sim/vss/requestorRun.ts";
import type { SimComponent, SimWriter } from "../sim/vss/writers.ts";

const volume = (digit: number) =>
  `\\\\?\\Volume{${"00000000-0000-0000-0000-000000000000".replaceAll("0", `${digit}`)}}\\`;
const [data, logs, foreign, elsewhere] = [volume(1), volume(2), volume(3), volume(4)] as const;
const veto = 0x80042306;
const notSupportedByProvider = 0x8004230e;
const inProgress = 0x80042316;
const cancelled = 0x800704c7;
const writerTimeout = 0x800423f2;

const disk = (device: number, vendor: string) => ({
  ...{
    device: `\\\\.\\PhysicalDrive${device}`,
    vendor,
    product: "iSCSI Storage",
    revision: "4.0",
    serial: `serial-${device}`,
  },
  ids: [{ codeSet: 1, type: 3, hex: `6e843b6000000000000000000000000${device}` }],
});
const foreignDisk = { ...disk(3, "OTHER"), ids: [{ codeSet: 1, type: 3, hex: "600000000000000000000000000000ff" }] };

const guid = (digit: string) => `{${"00000000-0000-0000-0000-000000000000".replaceAll("0", digit)}}`;
const database: SimComponent = { name: "orders", logicalPath: "SRV", type: "Database", databases: [`${data}db`] };
const writer = (changes: Partial<SimWriter> = {}): SimWriter => ({
  ...{ id: guid("A"), instanceId: guid("B"), name: "SqlServerWriter", components: [database] },
  ...changes,
});

let script: Script = willing;
let sim: VssSim;

beforeAll(async () => {
  const disks = new Map([
    [data, [disk(1, "QNAP")]],
    [logs, [disk(2, "QNAP")]],
    [foreign, [foreignDisk]],
  ]);
  const volumes = () => [...disks].map(([path, all]) => ({ path, disks: all }));
  sim = await startVssSim({ volumes, core: (callback) => script(callback) });
});
afterAll(() => sim.stop());

const allGone = () => expect.poll(() => sim.machine.backups.size, { timeout: 20_000 }).toBe(0);

beforeEach(async () => {
  await allGone();
  script = willing;
  sim.machine.events.length = 0;
  sim.machine.writers = [writer()];
  sim.machine.writerTimeoutMs = 60_000;
  sim.machine.intercept = undefined;
});

const start = (request: object | string) => new RequestorRun(sim.environment, request);
const backUp = (request: object) => start(request).toTheEnd();

const names = (...kinds: string[]) =>
  sim.machine.events.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
const calls = (method: string) => sim.machine.events.filter(({ kind, name }) => kind === "call" && name === method);

test("a set of two LUNs: everything in the order that VSS asks for, writers frozen around the commit", async () => {
  const run = start({ volumes: [data, logs], transportable: true });
  const set = await run.next();
  expect(set).toMatchObject({ event: "set", setId: expect.stringMatching(/^\{[0-9A-F-]{36}\}$/) });
  expect(names("moment")).toEqual([]);
  run.say({ go: true });
  const done = await run.next();
  expect(await run.exitCode()).toBe(0);
  expect(done).toMatchObject({ event: "done", phase: "DoSnapshotSet", hr: 0, warnings: [] });
  expect(done.snapshots).toEqual(set.snapshots);
  expect(done.snapshots.map(({ volume }) => volume)).toEqual([data, logs]);
  expect(new Set(done.snapshots.map(({ snapshotId }) => snapshotId)).size).toBe(2);
  expect(done.writers).toMatchObject([{ name: "SqlServerWriter", state: "Stable", hr: 0 }]);
  await allGone();
  expect(names("call", "moment", "callback").filter((name) => !/Status|Metadata|Provider/.test(name))).toEqual([
    ...[
      "InitializeForBackup",
      "SetContext",
      "SetBackupState",
      "AddComponent",
      "IsVolumeSupported",
      "IsVolumeSupported",
    ],
    ...["StartSnapshotSet", "AddToSnapshotSet", "AreLunsSupported", "BeginPrepareSnapshot"],
    ...["AddToSnapshotSet", "AreLunsSupported", "BeginPrepareSnapshot", "PrepareForBackup", "DoSnapshotSet"],
    ...["EndPrepareSnapshots", "MarkAttributes", "Freeze", "PreCommitSnapshots", "Hold", "CommitSnapshots", "Release"],
    ...["PostCommitSnapshots", "Thaw", "UnmarkAttributes", "GetTargetLuns", "GetTargetLuns"],
    ...[
      "PreFinalCommitSnapshots",
      "PostFinalCommitSnapshots",
      "SnapshotSetDone",
      "SetBackupSucceeded",
      "BackupComplete",
    ],
    "Release",
  ]);
});

test.each([
  ["by default", {}, 0x2b, 5],
  ["a full backup that is shown to the server", { transportable: false, backupType: "Full" }, 0, 1],
  ["one that stays", { transportable: false, persistent: true, backupType: "Copy" }, 0x9, 5],
])("context and type: %s", async (_, request, context, type) => {
  sim.machine.intercept = (method) => (method === "StartSnapshotSet" ? veto : undefined);
  await backUp({ volumes: [data], ...request });
  expect(calls("SetContext")).toMatchObject([{ args: { context } }]);
  expect(calls("SetBackupState")).toMatchObject([{ args: { components: true, bootable: false, type } }]);
});

test("an excluded writer is disabled before the writers are asked, and is not heard of", async () => {
  sim.machine.writers.push(writer({ id: guid("C"), instanceId: guid("D"), name: "Hyper-V" }));
  const done = await backUp({ volumes: [data], excludedWriters: [guid("C")] });
  expect(done.writers.map(({ name }) => name)).toEqual(["SqlServerWriter"]);
  expect(names("call").indexOf("DisableWriterClasses")).toBeLessThan(names("call").indexOf("GatherWriterMetadata"));
});

describe("components", () => {
  const component = (name: string, changes: Partial<SimComponent>): SimComponent => ({ name, ...changes });
  const select = async (components: SimComponent[]) => {
    sim.machine.writers = [writer({ components })];
    const done = await backUp({ volumes: [data, logs] });
    const told = done.writers[0]?.components.map(({ name, selected, reason }) => [name, selected, reason]);
    return { told, added: calls("AddComponent").map(({ args }) => args?.name) };
  };

  test("all on the set: added; partly: not added and told; elsewhere: not told", async () => {
    const { told, added } = await select([
      component("here", { databases: [`${data}db`], logs: [`${logs}db`] }),
      component("partly", { databases: [`${data}db`], logs: [`${elsewhere}db`] }),
      component("elsewhere", { files: [`${elsewhere}db`, "\\\\server\\share\\db", "%SystemRoot%\\db"] }),
    ]);
    expect(added).toEqual(["here"]);
    expect(told).toEqual([
      ["here", true, undefined],
      ["partly", false, "PartlyElsewhere"],
    ]);
  });

  test("what lies below an added one comes with it and is not named as well", async () => {
    const { told, added } = await select([
      component("server", {}),
      component("one", { logicalPath: "server", files: [`${data}1`], selectable: false }),
      component("two", { logicalPath: "server", files: [`${data}2`] }),
    ]);
    expect(added).toEqual(["server"]);
    expect(told).toEqual(["server", "one", "two"].map((name) => [name, true, undefined]));
  });

  test("one that is partly elsewhere below is not added; of what lies below it, what can be chosen is", async () => {
    const { told, added } = await select([
      component("server", {}),
      component("chosen", { logicalPath: "server", files: [`${data}1`] }),
      component("bound", { logicalPath: "server", files: [`${data}2`], selectable: false }),
      component("away", { logicalPath: "server\\deep", files: [`${elsewhere}3`] }),
    ]);
    expect(added).toEqual(["chosen"]);
    expect(told).toEqual([
      ["server", false, "PartlyElsewhere"],
      ["chosen", true, undefined],
      ["bound", false, "NotSelectable"],
    ]);
  });

  test("without a component that the writer cannot do without, none is added", async () => {
    const { told, added } = await select([
      component("system", { files: [`${elsewhere}x`], selectable: false }),
      component("data", { files: [`${data}x`] }),
    ]);
    expect(added).toEqual([]);
    expect(told).toEqual([["data", false, "RequiredElsewhere"]]);
  });

  test("caption, paths and names in any language come through", async () => {
    const words = 'Größe "四" \\ 😀';
    sim.machine.writers = [writer({ components: [{ ...database, name: words, caption: words }] })];
    const done = await backUp({ volumes: [data] });
    expect(done.writers[0]?.components).toMatchObject([
      {
        name: words,
        logicalPath: "SRV",
        caption: words,
        type: "Database",
        selected: true,
        paths: [`${data}db`],
        hr: 0,
      },
    ]);
  });
});

describe("writers that fail", () => {
  test.each(["PrepareBackup", "Freeze", "Thaw", "PostSnapshot", "BackupComplete"] as const)("at %s", async (at) => {
    const hr = 0x800423f4;
    sim.machine.writers = [
      writer({
        fails: { at, hr, message: "the log is full" },
        components: [{ ...database, hr, message: "orders is offline" }],
      }),
      writer({ id: guid("C"), instanceId: guid("D"), name: "Hyper-V" }),
    ];
    const done = await backUp({ volumes: [data] });
    expect(done).toMatchObject({ event: "done", hr: 0 });
    expect(done.writers).toMatchObject([
      { state: `FailedAt${at}`, hr, message: "the log is full", components: [{ hr, message: "orders is offline" }] },
      { state: "Stable", hr: 0 },
    ]);
    expect(calls("SetBackupSucceeded").map(({ args }) => args?.succeeded)).toEqual([false, true]);
  });

  test("one that does not freeze in time has failed, and is let go", async () => {
    const thaw = vi.fn(async () => undefined);
    sim.machine.writerTimeoutMs = 200;
    sim.machine.writers = [writer({ freeze: () => new Promise(() => undefined), thaw })];
    const done = await backUp({ volumes: [data] });
    expect(done.writers).toMatchObject([{ state: "FailedAtFreeze", hr: writerTimeout }]);
    expect(thaw).toHaveBeenCalledOnce();
  });
});

describe("what VSS or the provider refuses", () => {
  test.each([
    ["a LUN of another maker", foreign, "IsVolumeSupported", notSupportedByProvider],
    ["a volume that is gone", elsewhere, "IsVolumeSupported", 0x80042308],
  ])("%s", async (_, path, phase, hr) => {
    expect(await backUp({ volumes: [data, path] })).toMatchObject({ event: "failed", phase, hr, volume: path });
    expect(calls("AbortBackup")).toHaveLength(1);
    expect(calls("StartSnapshotSet")).toEqual([]);
  });

  test.each([
    "SetContext",
    "GatherWriterMetadata",
    "AddComponent",
    "IsVolumeSupported",
    "StartSnapshotSet",
    "AddToSnapshotSet",
    "PrepareForBackup",
    "DoSnapshotSet",
  ])("in %s: told with the step, and aborted", async (method) => {
    sim.machine.intercept = (called) => (called === method ? 0x80042302 : undefined);
    const failed = await backUp({ volumes: [data] });
    expect(failed).toMatchObject({ event: "failed", phase: method, hr: 0x80042302, message: "VSS_E_UNEXPECTED" });
    expect(calls("AbortBackup")).toHaveLength(1);
    await allGone();
    expect(sim.machine.maker).toBeUndefined();
  });

  test("a veto in the commit: writers are thawed, the provider is told to abort, states of writers come along", async () => {
    script = (callback) => (callback.method === "CommitSnapshots" ? { hr: veto } : willing(callback));
    expect(await backUp({ volumes: [data] })).toMatchObject({
      ...{ event: "failed", phase: "DoSnapshotSet", hr: veto, message: "VSS_E_PROVIDER_VETO" },
      writers: [{ name: "SqlServerWriter", state: "Stable" }],
    });
    expect(names("moment")).toContain("Thaw");
    expect(names("callback")).toContain("AbortSnapshots");
  });

  test("another program's set is waited for, and that is told", async () => {
    const busy = [inProgress, undefined];
    sim.machine.intercept = (method) => (method === "StartSnapshotSet" ? busy.shift() : undefined);
    const run = start({ volumes: [data] });
    expect(await run.next()).toMatchObject({
      event: "waiting",
      phase: "StartSnapshotSet",
      hr: inProgress,
      retryMs: 1000,
    });
    expect(await run.next()).toMatchObject({ event: "set" });
    run.say({ go: true });
    expect(await run.next()).toMatchObject({ event: "done" });
    await run.exitCode();
  });
});

describe("after the shadow copies were made, nothing unmakes them", () => {
  test.each(["BackupComplete", "SetBackupSucceeded"])("%s fails: a warning", async (method) => {
    sim.machine.intercept = (called) => (called === method ? 0x80042301 : undefined);
    expect(await backUp({ volumes: [data] })).toMatchObject({
      ...{ event: "done", hr: 0, warnings: [{ phase: method, hr: 0x80042301 }] },
    });
  });

  test("how writers fare is not known before the freeze, and is after it", async () => {
    sim.machine.intercept = (method) =>
      method === "GatherWriterStatus" && calls("DoSnapshotSet").length === 0 ? 0x80042409 : undefined;
    const done = await backUp({ volumes: [data] });
    expect(done.writers).toMatchObject([{ state: "Stable", hr: 0 }]);
    expect(done.warnings).toMatchObject([{ phase: "GatherWriterStatus", hr: 0x80042409 }]);
  });

  test("one whose process ends while it is frozen is not heard of any more: what it said before does not count", async () => {
    sim.machine.writers = [writer({ ends: "Freeze" })];
    const done = await backUp({ volumes: [data] });
    expect(done).toMatchObject({ event: "done", writers: [{ state: "Unknown", hr: 0x80042319 }] });
  });

  test("how writers fared cannot be learnt: none is called stable", async () => {
    sim.machine.intercept = (method) =>
      method === "GatherWriterStatus" && calls("DoSnapshotSet").length > 0 ? 0x80042409 : undefined;
    const done = await backUp({ volumes: [data] });
    expect(done.writers).toMatchObject([{ state: "Unknown", hr: 0x80042409 }]);
    expect(done.warnings).toMatchObject([{ phase: "GatherWriterStatus", hr: 0x80042409 }]);
  });
});

describe("the caller gives up", () => {
  test("before go: aborted, nothing was frozen", async () => {
    const run = start({ volumes: [data] });
    await run.next();
    run.child.stdin?.end();
    expect(await run.next()).toMatchObject({ event: "failed", phase: "WaitForGo", hr: cancelled });
    expect(await run.exitCode()).toBe(1);
    expect(calls("AbortBackup")).toHaveLength(1);
    expect(names("moment")).toEqual([]);
  });

  test.each(["GatherWriterMetadata", "PrepareForBackup"])("during %s", async (slow) => {
    const finish: (() => void)[] = [];
    const slowly = new Promise<undefined>((resolve) => finish.push(() => resolve(undefined)));
    const begun = vi.fn(() => slowly);
    sim.machine.intercept = (method) => (method === slow ? begun() : undefined);
    const run = start({ volumes: [data] });
    await expect.poll(() => begun.mock.calls.length, { timeout: 20_000 }).toBe(1);
    run.child.stdin?.end();
    setTimeout(() => finish[0]?.(), 1000);
    expect(await run.next()).toMatchObject({ event: "failed", phase: slow });
    expect(await run.exitCode()).toBe(1);
    expect(calls("AbortBackup")).toHaveLength(1);
  });

  test("after go: seen to its end", async () => {
    const thaw = vi.fn(async () => undefined);
    let run: RequestorRun | undefined;
    const freeze = async () => void run?.child.stdin?.end();
    sim.machine.writers = [writer({ freeze, thaw })];
    run = start({ volumes: [data] });
    await run.next();
    run.say({ go: true });
    expect(await run.next()).toMatchObject({ event: "done", hr: 0 });
    expect(thaw).toHaveBeenCalledOnce();
    expect(await run.exitCode()).toBe(0);
  });

  test("killed while writers are frozen: they are thawed, and the next set succeeds", async () => {
    const thaw = vi.fn(async () => undefined);
    let run: RequestorRun | undefined;
    const freeze = () => new Promise<void>(() => run?.child.kill("SIGKILL"));
    sim.machine.writers = [writer({ freeze, thaw })];
    run = start({ volumes: [data] });
    await run.next();
    run.say({ go: true });
    await run.exitCode();
    // Under Wine a child may hold what the killed process had open (seen once, on a machine under heavy load).
    sim.core?.kill();
    await allGone();
    expect(thaw).toHaveBeenCalledOnce();
    sim.machine.writers = [writer()];
    expect(await backUp({ volumes: [data] })).toMatchObject({ event: "done" });
  });
});

test.each([
  ["nothing", ""],
  ["no JSON", "{volumes"],
  ["no volumes", { volumes: [] }],
  ["a drive letter", { volumes: ["E:\\"] }],
  ["a volume without its backslash", { volumes: [data.slice(0, -1)] }],
  ["one volume twice", { volumes: [data, data] }],
  [
    "65 volumes",
    { volumes: Array.from({ length: 65 }, (_, i) => data.replace("1111-1111-1111", `1111-${1000 + i}-1111`)) },
  ],
  ["a writer that is no GUID", { volumes: [data], excludedWriters: ["SqlServerWriter"] }],
  ["another type", { volumes: [data], backupType: "Incremental" }],
  ["a flag that is none", { volumes: [data], transportable: "yes" }],
])("a request of %s is refused before VSS is asked", async (_, request) => {
  const run = start(request);
  expect(await run.next()).toMatchObject({ event: "failed", phase: "Request", hr: 0x80070057, writers: [] });
  expect(await run.exitCode()).toBe(1);
  expect(sim.machine.events).toEqual([]);
});
