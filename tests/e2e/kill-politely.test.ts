/**
 * The end of the input and SIGTERM: what takes seconds is brought to its end, and what must not be left; then the core logs out and
 * goes.
 */
import { afterAll, describe, expect, test, vi } from "vitest";
import type { CoreProcess } from "../coreProcess.ts";
import { type ChangeName, changes } from "./support/changes.ts";
import { effectsOf } from "./support/effects.ts";
import { holdAt } from "./support/interruption.ts";
import { Lab } from "./support/lab.ts";
import { Labs } from "./support/labs.ts";
import { lookBefore, mustBeTrue, type Repaired } from "./support/repair.ts";

vi.setConfig({ maxConcurrency: 14 });

const labs = new Labs();
afterAll(() => labs.stop());

const endings: Record<string, (core: CoreProcess) => void> = {
  "end of input": ({ child }) => void child.stdin?.end(),
  SIGTERM: ({ child }) => void child.kill("SIGTERM"),
};

const cases = (
  await Promise.all(
    (Object.keys(changes) as ChangeName[]).map(async (name) => {
      const effects = await effectsOf(labs, "qts-5.2", name);
      return effects.map((func, n) => ({ name, n, title: `${name}, ${n + 1} of ${effects.length} (${func})` }));
    }),
  )
).flat();

describe.concurrent.each(Object.keys(endings))("%s during", (ending) => {
  test.each(cases)("$title", ({ name, n }) =>
    labs.use("qts-5.2", async (lab) => {
      const core = await lab.connect();
      const change = await changes[name](lab, core);
      const before = await lab.account();
      const { held } = await holdAt(lab, core, change, { n, when: "before", fate: "continue" });
      endings[ending]?.(core);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await lab.nas.release(held, "continue");
      expect(await core.exited).toBe(0);
      expect((await lab.nas.state()).sessions).toEqual([]);

      const next = await lab.connect(core.home);
      const [operation] = await next.rows<{ operationId: string; state: string }>("getOperation");
      // Cancelled before the LUN was touched, a restore is undone; from there on everything is brought to its end.
      expect(operation?.state).toMatch(name === "restore with safety clone" ? /^(Completed|Undone)$/ : /^Completed$/);
      const expected = operation?.state === "Completed" ? change.done(before) : before;
      expect(await lab.account(operation?.operationId)).toEqual(expected);
      expect(await next.rows("getOperation", { unfinished: true })).toEqual([]);
      await next.stop();
    }),
  );
});

/** Set so, they take 20 s: longer than a core that is to end waits for them. */
const durations = ["cloneMs", "removeLunMs", "deleteSnapshotMs"] as const;

describe.concurrent.each(Object.keys(endings))("%s while a NAS takes its time with", (ending) => {
  test.each(["clone", "restore with safety clone", "removal of a snapshot", "removal of a mapped clone"] as const)(
    "a %s",
    async (name) => {
      const lab = await Lab.start("qts-5.2");
      const core = await lab.connect();
      const change = await changes[name](lab, core);
      const before = await lookBefore(lab);
      for (const duration of durations) await lab.nas.quirk(duration, 1_000_000);
      void core.code(change.method, change.params);
      await vi.waitFor(async () => expect((await lab.nas.state()).jobs.length).toBe(1), { timeout: 20_000 });
      const startMs = Date.now();
      endings[ending]?.(core);
      expect(await core.exited).toBe(0);
      expect(Date.now() - startMs).toBeLessThan(20_000);
      const { sessions, jobs } = await lab.nas.state();
      expect([sessions, jobs.length]).toEqual([[], 1]);

      for (const duration of durations) await lab.nas.quirk(duration, 0);
      const next = await lab.connect(core.home);
      expect(await next.rows("getOperation", { unfinished: true })).toMatchObject([{ state: "Interrupted" }]);
      const [repaired] = await next.rows<Repaired>("repairOperation");
      await mustBeTrue(lab, change, before, repaired);
      await next.stop();
      await lab.nas.stop();
    },
  );
});

test("a LUN that is away from its hosts is stayed for, however long its revert takes", async () => {
  const lab = await Lab.start("qts-5.2", { quirks: { recoverMs: 1_000_000 } });
  const core = await lab.connect();
  const change = await changes["restore without safety copy"](lab, core);
  const before = await lookBefore(lab);
  void core.code(change.method, change.params);
  await expect.poll(async () => (await lab.nas.state()).jobs.length).toBe(1);
  core.child.stdin?.end();
  expect(await core.exited).toBe(0);
  const next = await lab.connect(core.home);
  const [operation] = await next.rows<Repaired>("getOperation");
  await mustBeTrue(lab, change, before, operation);
  expect(operation).toMatchObject({ state: "Completed" });
  await next.stop();
  await lab.nas.stop();
});
