/** The NAS is slow, lost, refuses or lies while VSS makes a set: the right answer in time, and nothing is left of it. */
import { afterAll, expect, test, vi } from "vitest";
import { Pool } from "../../e2e/support/labs.ts";
import type { FaultRequest } from "../../sim/nas/faults.ts";
import { type Answer, autoImport, type Conversation, ok, transportable, veto } from "./conversation.ts";
import { makeSet } from "./coordinator.ts";
import { recover, VssLab } from "./vssLab.ts";

vi.setConfig({ maxConcurrency: 6 });

const labs = new Pool(VssLab.start);
afterAll(() => labs.stop());

interface Case {
  title: string;
  fault: FaultRequest;
  /** The callback before which the NAS becomes so. */
  from: string;
  context?: number;
  /** Which callback fails, with what, and when at the latest. */
  fails: { method: string; hr: number; withinMs: number };
}

const all = { times: 0, match: {} };
const create = { match: { func: "create_snapshot" } };
const clone = { match: { func: "clone_qsnapshot" } };
const map = { times: 0, match: { func: "add_lun" } };
const lost: FaultRequest = { kind: "dropBefore", ...all };

/** VSS holds writes for 10 s, and takes a second or two before them at most; ours are 8 s and 4 s. */
const commitMs = 9_500;
const preCommitMs = 6_000;

const cases: Case[] = [
  {
    title: "lost",
    from: "AreLunsSupported",
    fault: lost,
    fails: { method: "AreLunsSupported", hr: ok, withinMs: 30_000 },
  },
  {
    title: "lost",
    from: "BeginPrepareSnapshot",
    fault: lost,
    fails: { method: "EndPrepareSnapshots", hr: veto, withinMs: 180_000 },
  },
  {
    title: "lost",
    from: "EndPrepareSnapshots",
    fault: lost,
    fails: { method: "EndPrepareSnapshots", hr: veto, withinMs: 180_000 },
  },
  {
    title: "lost",
    from: "PreCommitSnapshots",
    fault: lost,
    fails: { method: "PreCommitSnapshots", hr: veto, withinMs: preCommitMs },
  },
  {
    title: "hangs",
    from: "PreCommitSnapshots",
    fault: { kind: "hang", ...all },
    fails: { method: "PreCommitSnapshots", hr: veto, withinMs: preCommitMs },
  },
  {
    title: "lost",
    from: "CommitSnapshots",
    fault: lost,
    fails: { method: "CommitSnapshots", hr: veto, withinMs: commitMs },
  },
  {
    title: "lost after it was asked",
    from: "CommitSnapshots",
    fault: { kind: "dropAfter", ...create },
    fails: { method: "CommitSnapshots", hr: veto, withinMs: commitMs },
  },
  {
    title: "answers after 12 s",
    from: "CommitSnapshots",
    fault: { kind: "latency", ms: 12_000, ...create },
    fails: { method: "CommitSnapshots", hr: veto, withinMs: commitMs },
  },
  {
    title: "never answers",
    from: "CommitSnapshots",
    fault: { kind: "hang", ...create },
    fails: { method: "CommitSnapshots", hr: veto, withinMs: commitMs },
  },
  {
    title: "is busy",
    from: "CommitSnapshots",
    fault: { kind: "busy", ...create },
    fails: { method: "CommitSnapshots", hr: veto, withinMs: commitMs },
  },
  {
    title: "refuses",
    from: "CommitSnapshots",
    fault: { kind: "code", code: -1, ...create },
    fails: { method: "CommitSnapshots", hr: veto, withinMs: commitMs },
  },
  {
    title: "refuses the second one",
    from: "CommitSnapshots",
    fault: { kind: "code", code: -1, skip: 1, ...create },
    fails: { method: "CommitSnapshots", hr: veto, withinMs: commitMs },
  },
  {
    title: "has forgotten the session",
    from: "CommitSnapshots",
    fault: { kind: "expireSession", ...create },
    fails: { method: "CommitSnapshots", hr: veto, withinMs: commitMs },
  },
  {
    title: "garbles its answer",
    from: "CommitSnapshots",
    fault: { kind: "garble", ...create },
    fails: { method: "CommitSnapshots", hr: veto, withinMs: commitMs },
  },
  {
    title: "says yes and does nothing",
    from: "CommitSnapshots",
    fault: { kind: "successWithoutEffect", ...create },
    fails: { method: "GetTargetLuns", hr: veto, withinMs: 180_000 },
  },
  {
    title: "lost",
    from: "PostCommitSnapshots",
    fault: lost,
    fails: { method: "GetTargetLuns", hr: veto, withinMs: 180_000 },
  },
  {
    title: "refuses the clone",
    from: "GetTargetLuns",
    context: autoImport,
    fault: { kind: "code", code: -1, ...clone },
    fails: { method: "GetTargetLuns", hr: veto, withinMs: 180_000 },
  },
  {
    title: "has no room for the clone",
    from: "GetTargetLuns",
    context: autoImport,
    fault: { kind: "poolFull", ...clone },
    fails: { method: "GetTargetLuns", hr: veto, withinMs: 180_000 },
  },
  {
    title: "says yes to the clone and makes none",
    from: "GetTargetLuns",
    context: autoImport,
    fault: { kind: "successWithoutEffect", ...clone },
    fails: { method: "GetTargetLuns", hr: veto, withinMs: 180_000 },
  },
  {
    title: "refuses to map it",
    from: "LocateLuns",
    context: autoImport,
    fault: { kind: "code", code: -1, ...map },
    fails: { method: "LocateLuns", hr: veto, withinMs: 180_000 },
  },
  { title: "lost", from: "PostFinalCommitSnapshots", fault: lost, fails: { method: "none", hr: ok, withinMs: 0 } },
];

test.concurrent.each(cases)("NAS $title from $from on", ({ fault, from, context = transportable, fails }) =>
  labs.use("qts-5.2", async (vss) => {
    const before = await vss.lab.account();
    const home = vss.home();
    const provider = vss.provider(home);
    const volumes = context === transportable ? [[vss.naa("sqldata")], [vss.naa("vmstore")]] : [[vss.naa("sqldata")]];
    const at = async (method: string) => {
      if (method === from) await vss.lab.nas.fault(fault);
      if (method === "AbortSnapshots") await vss.lab.nas.clearFaults();
    };
    const { failed } = await makeSet(provider, volumes, { context, at });
    await vss.lab.nas.clearFaults();
    expect(failed?.method ?? "none").toBe(fails.method);
    if (failed) mustFail(failed.answer, fails);

    await mustSucceed(provider, vss);
    expect(await provider.stop()).toBe(0);
    expect(await recover(home)).toEqual([]);
    const kept = failed ? 1 : 3;
    const account = await vss.lab.account();
    expect(account.filter((line) => !line.startsWith("snapshot"))).toEqual(before);
    expect(account.length).toBe(before.length + kept);
  }),
);

function mustFail({ hr, supported, message, tookMs }: Answer, { method, hr: expected, withinMs }: Case["fails"]): void {
  expect(hr).toBe(expected);
  if (method === "AreLunsSupported") expect(supported).toBe(false);
  expect(message).toMatch(/\w/);
  expect(tookMs).toBeLessThan(withinMs);
}

/** The next set, of one LUN. */
async function mustSucceed(provider: Conversation, vss: VssLab): Promise<void> {
  expect((await makeSet(provider, [[vss.naa("sqldata")]])).failed).toBeUndefined();
}
