/** The end of the input and SIGTERM: what must not stay half-done is brought to its end, then the core logs out and goes. */
import { afterAll, describe, expect, test, vi } from "vitest";
import type { CoreProcess } from "../coreProcess.ts";
import { type ChangeName, changes } from "./support/changes.ts";
import { effectsOf } from "./support/effects.ts";
import { holdAt } from "./support/interruption.ts";
import { Labs } from "./support/labs.ts";

vi.setConfig({ maxConcurrency: 6, testTimeout: 60_000 });

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
