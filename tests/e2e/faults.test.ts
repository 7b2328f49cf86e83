/**
 * Every fault of the simulator against every request that changes something: the code that is told, and afterwards (after
 * Repair-QnapOperation where it is asked for) a NAS on which the operation was done whole or not at all.
 */
import { afterAll, describe, expect, test, vi } from "vitest";
import type { CoreProcess } from "../coreProcess.ts";
import type { FaultKind, FaultRequest } from "../sim/nas/faults.ts";
import type { ProfileName } from "../sim/nas/profiles.ts";
import { type Change, type ChangeName, changes } from "./support/changes.ts";
import type { Lab } from "./support/lab.ts";
import { Labs } from "./support/labs.ts";
import { type Before, lookBefore, mustBeSettled, mustBeTrue, type Repaired } from "./support/repair.ts";

vi.setConfig({ maxConcurrency: 16 });

const labs = new Labs();
afterAll(() => labs.stop());

interface Request {
  /** The n-th changing request of an operation. */
  of: ChangeName;
  n: number;
}

const requests = {
  create: { of: "snapshot of one LUN", n: 0 },
  "second create": { of: "snapshot of two LUNs", n: 1 },
  delete: { of: "removal of a snapshot", n: 0 },
  clone: { of: "clone", n: 0 },
  "safety snapshot": { of: "restore with safety clone", n: 0 },
  "safety clone": { of: "restore with safety clone", n: 1 },
  disable: { of: "restore without safety copy", n: 0 },
  revert: { of: "restore without safety copy", n: 1 },
  enable: { of: "restore without safety copy", n: 2 },
  unmap: { of: "removal of a mapped clone", n: 1 },
  remove: { of: "removal of a mapped clone", n: 2 },
} satisfies Record<string, Request>;
type RequestName = keyof typeof requests;

const ok = "no error";
/** Asking again does no harm, so it is done as long as reading back does not show the effect. */
const repeated = { disable: ok, enable: ok, unmap: ok, remove: ok };
const lost = {
  ...repeated,
  create: "OutcomeUnknown",
  "second create": "OutcomeUnknown",
  delete: "OutcomeUnknown",
  clone: "OutcomeUnknown",
  "safety snapshot": "SafetyCopyImpossible",
  "safety clone": "OutcomeUnknown",
  revert: "OutcomeUnknown",
};
const answerLost = {
  ...repeated,
  create: ok,
  "second create": ok,
  delete: ok,
  clone: ok,
  "safety snapshot": ok,
  "safety clone": ok,
  revert: "OutcomeUnknown",
};
const refused = (code: string) => ({
  ...repeated,
  create: code,
  "second create": code,
  delete: code,
  clone: code,
  "safety snapshot": code,
  "safety clone": code,
  revert: code,
});

type Expected = Partial<Record<RequestName, string>>;

/** What each fault leads to when it hits a request once. */
const expected: Record<Exclude<FaultKind, "holdBefore" | "holdAfter" | "hang">, [Partial<FaultRequest>, Expected]> = {
  latency: [{ ms: 700 }, { ...answerLost, revert: ok }],
  http: [{ status: 503 }, lost],
  dropBefore: [{}, lost],
  dropAfter: [{}, answerLost],
  cut: [{}, answerLost],
  garble: [{}, answerLost],
  expireSession: [{}, { ...answerLost, revert: ok }],
  busy: [{}, refused("NasBusy")],
  poolFull: [{}, refused("NasError")],
  code: [{ code: -6 }, refused("NasError")],
  // Over CGI these say yes and do nothing. A revert that was not done cannot be told from one that was: see below.
  snapshotLimit: [{}, { create: "OutcomeUnknown", "second create": "OutcomeUnknown" }],
  successWithoutEffect: [
    {},
    {
      ...repeated,
      create: "OutcomeUnknown",
      delete: "SnapshotNotGone",
      clone: "OutcomeUnknown",
      "safety clone": "OutcomeUnknown",
    },
  ],
};

const cases = Object.entries(expected).flatMap(([kind, [options, codes]]) =>
  Object.entries(codes).map(([name, code]) => ({ kind: kind as FaultKind, options, name: name as RequestName, code })),
);

async function meet(lab: Lab, name: ChangeName, fault: FaultRequest, code: string): Promise<void> {
  const core = await lab.connect();
  const change = await changes[name](lab, core);
  const before = await lookBefore(lab);
  await lab.nas.fault(fault);
  expect(await core.code(change.method, change.params)).toBe(code);
  await lab.nas.clearFaults();
  await mustEndWell(lab, core, change, before, code);
  expect(await core.stop()).toBe(0);
}

async function mustEndWell(lab: Lab, core: CoreProcess, change: Change, before: Before, code: string): Promise<void> {
  const [told] = await core.rows<Repaired>("getOperation");
  if (code === ok) expect(told?.state).toBe("Completed");
  if (told?.state === "Failed") {
    expect(await lab.account(told.operationId)).toEqual(before.account);
    return;
  }
  const [repaired] = told?.state === "Interrupted" ? await core.rows<Repaired>("repairOperation") : [told];
  await mustBeTrue(lab, change, before, repaired);
  await mustBeSettled(core, repaired);
}

// The longest of all: it begins with the others.
test.concurrent("a NAS that hangs: told after 120 s, and nothing left", () =>
  labs.use("qts-5.2", async (lab) => {
    const core = await lab.connect();
    const change = await changes["snapshot of one LUN"](lab, core);
    const before = await lookBefore(lab);
    await lab.nas.fault({ kind: "hang" });
    expect(await core.code(change.method, change.params)).toBe("OutcomeUnknown");
    const [repaired] = await core.rows<Repaired>("repairOperation");
    expect(repaired).toMatchObject({ state: "Undone" });
    await mustBeTrue(lab, change, before, repaired);
    await core.stop();
  }));

describe.concurrent("qts-5.2: one request is hit", () => {
  test.each(cases)("$kind at $name: $code", ({ kind, options, name, code }) => {
    const { of, n } = requests[name];
    return labs.use("qts-5.2", (lab) => meet(lab, of, { kind, ...options, skip: n }, code));
  });
});

/** Where REST differs: JSON, empty answers, no status of a snapshot that is going. */
const overRest = cases.filter(
  ({ kind, name }) =>
    ["create", "delete", "revert"].includes(name) && !["snapshotLimit", "successWithoutEffect"].includes(kind),
);

describe.concurrent("hero-h5.3: one request is hit", () => {
  test.each(overRest)("$kind at $name: $code", ({ kind, options, name, code }) => {
    const { of, n } = requests[name];
    return labs.use("hero-h5.3", (lab) => meet(lab, of, { kind, ...options, skip: n }, code));
  });
});

/** The NAS is out of breath while it is watched: that says nothing about what it was asked to do. */
const watching: { profile: ProfileName; name: ChangeName; match: FaultRequest["match"] }[] = [
  { profile: "qts-5.2", name: "snapshot of one LUN", match: { func: "extra_get", path: "snapshot.cgi" } },
  { profile: "qts-5.2", name: "removal of a snapshot", match: { func: "extra_get", path: "snapshot.cgi" } },
  { profile: "qts-5.2", name: "restore without safety copy", match: { func: "get_return" } },
  { profile: "qts-5.2", name: "clone", match: { func: "get_return" } },
  { profile: "hero-h5.3", name: "restore without safety copy", match: { func: "background/jobs" } },
];

describe.concurrent("reads fail for a while after the NAS has begun", () => {
  for (const kind of ["http", "cut", "garble"] as const) {
    test.each(watching)(`${kind}: $name on $profile`, ({ profile, name, match }) =>
      labs.use(profile, async (lab) => {
        const core = await lab.connect();
        const change = await changes[name](lab, core);
        const before = await lookBefore(lab);
        await lab.nas.reset();
        await lab.nas.fault({ kind: "latency", ms: 300 });
        const answer = core.code(change.method, change.params);
        await expect
          .poll(async () =>
            (await lab.nas.requests()).some(({ func }) => /^(create|del|recover|clone|POST|DELETE)/.test(func)),
          )
          .toBe(true);
        await lab.nas.fault({ kind, match: match ?? {}, times: 3 });
        expect(await answer).toBe(ok);
        await lab.nas.clearFaults();
        await mustEndWell(lab, core, change, before, ok);
        await core.stop();
      }),
    );
  }
});
