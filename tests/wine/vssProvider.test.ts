/** The provider's DLL between a VSS that is played and a core that is played: what it passes on, and what it answers when. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeVssSim, relayedProvider } from "../sim/vss/build.ts";
import { type Coordinator, contexts, startCoordinator } from "../sim/vss/coordinator.ts";
import { type Callback, type CoreServer, type Script, serveCore, willing } from "../sim/vss/core.ts";
import type { SimDisk } from "../sim/vss/machine.ts";
import { prefix } from "./wine.ts";

const veto = 0x80042306;
const notSupported = 0x8004230e;

const disk = (number: number): SimDisk => ({
  device: `\\\\.\\PhysicalDrive${number}`,
  vendor: "QNAP",
  product: "iSCSI Storage   ",
  revision: "4.0 ",
  serial: `6e843b6${number}`,
  ids: [{ codeSet: 1, type: 3, hex: `6e843b6${String(number).padStart(25, "0")}` }],
});
const one = { volumes: ["F"], context: contexts.transportable };

let coordinator: Coordinator;
let core: CoreServer;
let script: Script;
let seen: Callback[];
const methods = () => seen.map(({ method }) => method);

beforeAll(async () => {
  await makeVssSim();
  core = await serveCore((callback) => {
    seen.push(callback);
    return script(callback);
  });
  const volumes = { F: [disk(1)], G: [disk(2)], H: [disk(1)], wide: [disk(1), disk(2)] };
  coordinator = await startCoordinator({ volumes }, { VSS_SIM_CORE_PORT: String(core.port) });
});
afterAll(async () => {
  await coordinator?.kill();
  core?.stop();
});

beforeEach(async () => {
  seen = [];
  script = willing;
  delete coordinator.surroundings.reach;
  delete coordinator.surroundings.rescan;
  expect((await coordinator.load(relayedProvider)).hr).toBe(0);
});
afterEach(async () => {
  expect((await coordinator.release()).references).toBe(0);
});

/** The played core takes the shadow LUNs that it has told of for its own. */
const importing: Script = (callback) =>
  callback.method === "FillInLunInfo" ? { hr: 0, supported: true } : willing(callback);

describe("a set", () => {
  test.each([false, true])("is imported and removed again, final commits first: %s", async (finalsFirst) => {
    script = importing;
    const set = await coordinator.set({ volumes: ["F", "G", "H"], context: contexts.backup, finalsFirst });
    expect(set.hr).toBe(0);
    const perVolume = ["AreLunsSupported", "BeginPrepareSnapshot"];
    const held = ["EndPrepareSnapshots", "PreCommitSnapshots", "CommitSnapshots", "PostCommitSnapshots"];
    // F and H lie on one LUN, which has one shadow copy.
    const shown = [...Array(3).fill("GetTargetLuns"), "LocateLuns", "FillInLunInfo", "FillInLunInfo"];
    const finals = ["PreFinalCommitSnapshots", "PostFinalCommitSnapshots"];
    const last = finalsFirst ? [...finals, ...shown] : [...shown, ...finals];
    expect(methods()).toEqual([...perVolume, ...perVolume, ...perVolume, ...held, ...last]);
    expect(set.moments).toContain("Recover");

    const { returned } = await coordinator.remove();
    const emptied = ["FillInLunInfo", "OnLunEmpty"];
    expect(returned.map(({ method }) => method)).toEqual([...emptied, ...emptied]);
  });

  test("that is transportable is not imported", async () => {
    expect(await coordinator.set(one)).toMatchObject({ hr: 0 });
    expect(methods()).not.toContain("LocateLuns");
  });

  test("is told with every LUN as it says of itself, and with its ids", async () => {
    const { setId } = await coordinator.set({ volumes: ["wide"], context: contexts.transportable });
    const [asked, begun, prepared] = seen;
    const luns = [disk(1), disk(2)].map(({ device: _, ids, ...lun }) => ({
      version: 1,
      deviceType: 0,
      busType: 9,
      ...lun,
      diskSignature: "{00000000-0000-0000-0000-000000000000}",
      ids: ids.map((id) => ({ ...id, association: 0 })),
    }));
    const devices = [disk(1).device, disk(2).device];
    expect(asked).toEqual({ id: 1, method: "AreLunsSupported", context: 0x22, devices, luns });
    const snapshotId = expect.stringMatching(/^\{[0-9A-F-]{36}\}$/);
    expect(begun).toEqual({ ...asked, id: 2, method: "BeginPrepareSnapshot", setId, snapshotId });
    expect(prepared).toEqual({ id: 3, method: "EndPrepareSnapshots", setId });
  });

  test("whose disk arrives with other blanks is given the identity that GetTargetLuns told", async () => {
    let told: object[] = [];
    script = async (callback) => {
      if (callback.method === "FillInLunInfo") return { hr: 0, supported: true, lun: told[0] };
      const answer = (await willing(callback)) as { targets?: object[] };
      told = answer.targets ?? told;
      return answer;
    };
    coordinator.surroundings.rescan = (shown) => shown.map((lun) => ({ ...lun, device: "x", product: "iSCSI" }));
    expect((await coordinator.set({ volumes: ["F"], context: contexts.backup })).hr).toBe(0);
  });
});

const dying = () => {
  core.kill();
  return undefined;
};

const ofASet = [
  "BeginPrepareSnapshot",
  "EndPrepareSnapshots",
  "PreCommitSnapshots",
  "CommitSnapshots",
  "PostCommitSnapshots",
  "GetTargetLuns",
  "PreFinalCommitSnapshots",
  "PostFinalCommitSnapshots",
];

describe("a core that refuses, in", () => {
  test.each(ofASet)("%s", async (method) => {
    script = (callback) => (callback.method === method ? { hr: veto } : willing(callback));
    const set = await coordinator.set(one);
    expect(set).toMatchObject({ hr: veto, phase: method });
    if (method !== "BeginPrepareSnapshot") expect(methods().at(-1)).toBe("AbortSnapshots");
    if (set.moments.includes("Freeze")) expect(set.moments).toContain("Thaw");
  });
});

describe("a core that is killed in", () => {
  test.each(ofASet)("%s: veto at once, the abort goes to a fresh core, the next set succeeds", async (method) => {
    script = (callback) => (callback.method === method ? dying() : willing(callback));
    const set = await coordinator.set(one);
    expect(set).toMatchObject({ hr: veto, phase: method });
    expect(set.returned.find((callback) => callback.method === method)?.ms).toBeLessThan(3_000);
    if (method !== "BeginPrepareSnapshot") expect(seen.at(-1)).toMatchObject({ id: 1, method: "AbortSnapshots" });
    script = willing;
    expect((await coordinator.set(one)).hr).toBe(0);
  });

  test("AreLunsSupported: not ours, and nobody's error", async () => {
    script = dying;
    expect(await coordinator.set(one)).toMatchObject({ hr: notSupported, returned: [{ hr: 0 }] });
  });

  test("one set does not begin again on another core half way", async () => {
    const setId = "{11111111-2222-3333-4444-555555555555}";
    const begin = { setId, snapshotId: setId, disks: [disk(1)] };
    expect((await coordinator.call("BeginPrepareSnapshot", begin)).hr).toBe(0);
    core.kill();
    expect((await coordinator.call("FillInLunInfo", { disks: [disk(3)] })).hr).toBe(0); // starts a fresh one
    expect((await coordinator.call("BeginPrepareSnapshot", { ...begin, disks: [disk(2)] })).hr).toBe(veto);
    expect((await coordinator.call("EndPrepareSnapshots", { setId })).hr).toBe(veto);
    expect((await coordinator.call("AbortSnapshots", { setId })).hr).toBe(0);
    expect(methods().filter((method) => method === "BeginPrepareSnapshot")).toHaveLength(1);
  });
});

describe("of what a core answers", () => {
  const answerOf = async (answer: object) => {
    script = (callback) => (callback.method === "EndPrepareSnapshots" ? answer : willing(callback));
    return (await coordinator.set(one)).hr;
  };

  test.each([0x80042301, 0x80042308, 0x8004231f, 0x80042317, 0x8007000e])("VSS allows 0x%x", async (hr) => {
    expect(await answerOf({ hr })).toBe(hr);
  });

  test.each([[0x80004005], [0x80004001], [1], [-1], [0.5], [2 ** 33], ["0"], [null], [undefined]])(
    "it would not allow %s",
    async (hr) => {
      expect(await answerOf({ hr })).toBe(veto);
    },
  );

  test.each<[string, object]>([
    ["none", {}],
    ["too few", { targets: [] }],
    ["no serial number", { targets: [{ ...disk(1), serial: undefined }] }],
    ["no identifier", { targets: [{ ...disk(1), ids: [] }] }],
    ["half a byte", { targets: [{ ...disk(1), ids: [{ codeSet: 1, type: 3, hex: "6e8" }] }] }],
    ["a type that there is not", { targets: [{ ...disk(1), ids: [{ codeSet: 1, type: 99, hex: "6e" }] }] }],
    ["a vendor without end", { targets: [{ ...disk(1), vendor: "Q".repeat(300) }] }],
    ["characters that no LUN has", { targets: [{ ...disk(1), vendor: "QN\u0100P" }] }],
  ])("targets are refused: %s", async (_, answer) => {
    script = (callback) => (callback.method === "GetTargetLuns" ? { hr: 0, ...answer } : willing(callback));
    expect(await coordinator.set(one)).toMatchObject({ hr: veto, phase: "GetTargetLuns" });
  });
});

describe("a line that is no answer", () => {
  const saying =
    (line: string): Script =>
    (callback) =>
      callback.method === "EndPrepareSnapshots" ? line : willing(callback);

  test.each([
    ["no JSON", "hr: 0"],
    ["JSON cut off", '{"id":3,"hr":0'],
    ["no object", "[3,0]"],
    ["no id", '{"hr":0}'],
    ["an id that is none", '{"id":"3","hr":0}'],
    ["without an end", `{"id":3,"hr":0,"message":"${"x".repeat(1 << 20)}"}`],
    ["nested without an end", `{"id":3,"hr":0,"x":${"[".repeat(5000)}`],
  ])("ends the core: %s", async (_, line) => {
    script = saying(line);
    expect(await coordinator.set(one)).toMatchObject({ hr: veto, phase: "EndPrepareSnapshots" });
    script = willing;
    expect((await coordinator.set(one)).hr).toBe(0);
  });

  test.each(['{"id":2,"hr":2147754758}\n{"id":3,"hr":0}', '{"id":99,"hr":2147754758}\n{"id":3,"hr":0}'])(
    "to a question of before, or of none, is passed over: %s",
    async (line) => {
      script = saying(line);
      expect((await coordinator.set(one)).hr).toBe(0);
    },
  );
});

describe("disks of others", () => {
  const other = { ...disk(1), vendor: "ATA", ids: [{ codeSet: 1, type: 3, hex: "5000c500a1b2c3d4" }] };
  test.each([
    ["a local disk", [other], false],
    ["one of two", [disk(1), other], false],
    ["QNAP's by vendor alone", [{ ...other, vendor: "QNAP" }], true],
    ["QNAP's by NAA alone", [{ ...disk(1), vendor: "LIO-ORG" }], true],
  ])("%s", async (_, disks, isAsked) => {
    const { hr, supported } = await coordinator.call("AreLunsSupported", { disks });
    expect({ hr, supported }).toEqual({ hr: 0, supported: isAsked && disks.every(({ vendor }) => vendor === "QNAP") });
    expect(methods()).toEqual(isAsked ? ["AreLunsSupported"] : []);
  });
});

describe("a core that hangs", () => {
  const setId = "{11111111-2222-3333-4444-555555555555}";
  const silentAt =
    (silent: string): Script =>
    (callback) =>
      callback.method === silent ? undefined : willing(callback);

  test.each([
    ["PreCommitSnapshots", 5_000],
    ["CommitSnapshots", 8_500],
  ])("in %s is vetoed after %i ms, and replaced for the abort", async (method, timeoutMs) => {
    script = silentAt(method);
    const set = await coordinator.set(one);
    expect(set).toMatchObject({ hr: veto, phase: method });
    const tookMs = set.returned.find((callback) => callback.method === method)?.ms;
    expect(tookMs).toBeGreaterThan(timeoutMs - 50);
    expect(tookMs).toBeLessThan(timeoutMs + 1_000);
    expect(seen.at(-1)).toMatchObject({ id: 1, method: "AbortSnapshots" });
    script = willing;
    expect((await coordinator.set(one)).hr).toBe(0);
  });

  test("and answers later does not answer the next question", async () => {
    let late = 0;
    script = (callback) => {
      if (callback.method === "PreCommitSnapshots") late = callback.id;
      if (callback.method !== "PostCommitSnapshots") return silentAt("PreCommitSnapshots")(callback);
      return `{"id":${late},"hr":${veto}}\n{"id":${callback.id},"hr":0}`;
    };
    await coordinator.call("BeginPrepareSnapshot", { setId, snapshotId: setId, disks: [disk(1)] });
    expect((await coordinator.call("PreCommitSnapshots", { setId })).hr).toBe(veto);
    expect((await coordinator.call("PostCommitSnapshots", { setId })).hr).toBe(0);
    // It owes nothing any more, so it is not replaced.
    await coordinator.call("AbortSnapshots", { setId });
    expect(seen.at(-1)).toMatchObject({ id: 4, method: "AbortSnapshots" });
  });
});

describe("the core", () => {
  test("that is missing makes the LUNs nobody's, and refuses what is begun", async () => {
    const folder = mkdtempSync(join(dirname(prefix), "alone-"));
    copyFileSync(relayedProvider, join(folder, "alone.dll"));
    await coordinator.release();
    await coordinator.load(join(folder, "alone.dll"));
    expect((await coordinator.call("OnLoad")).hr).toBe(0);
    expect(await coordinator.call("AreLunsSupported", { disks: [disk(1)] })).toMatchObject({ hr: 0, supported: false });
    expect((await coordinator.call("BeginPrepareSnapshot", { disks: [disk(1)] })).hr).toBe(veto);
    expect((await coordinator.call("AbortSnapshots")).hr).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test("is told of the end of its work by the end of its input, and another follows when it is needed", async () => {
    expect((await coordinator.call("OnLoad")).hr).toBe(0);
    expect((await coordinator.call("OnUnload", { count: 1 })).hr).toBe(0);
    expect((await coordinator.call("AreLunsSupported", { disks: [disk(1)] })).supported).toBe(true);
    expect(seen).toMatchObject([{ id: 1 }, { id: 2, force: true }, { id: 1, method: "AreLunsSupported" }]);
  });
});

test("answers that are garbled in any way get an answer that VSS allows, and the next set succeeds", async () => {
  const allowed = [0, veto, 0x80042301, 0x80042308, 0x8007000e, 0x80070057, notSupported];
  const random = randomNumbers(7);
  const garble = (text: string): string => {
    const at = random(text.length);
    const kept = text.slice(0, at) + '{}[]",:0e'.charAt(random(9)) + text.slice(at + random(3));
    return random(2) ? kept : garble(kept);
  };
  script = async (callback) => {
    const line = JSON.stringify({ id: callback.id, ...((await willing(callback)) as object) });
    return random(8) === 0 ? garble(line) : line;
  };
  for (let set = 0; set < 40; set++) {
    const { returned } = await coordinator.set(one);
    for (const { hr } of returned) expect(allowed).toContain(hr);
  }
  script = willing;
  expect((await coordinator.set(one)).hr).toBe(0);
});

/** A linear congruence: the same numbers for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
