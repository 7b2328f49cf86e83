/** Repair is itself interrupted, or done without a console: samples of the matrix in kill.test.ts. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test, vi } from "vitest";
import { CoreProcess, runCore } from "../coreProcess.ts";
import { type ChangeName, changes } from "./support/changes.ts";
import { holdAt, killAt, type Moment } from "./support/interruption.ts";
import type { Lab } from "./support/lab.ts";
import { Labs } from "./support/labs.ts";
import { lookBefore, mustBeSettled, mustBeTrue, type Repaired } from "./support/repair.ts";

vi.setConfig({ maxConcurrency: 16 });

const labs = new Labs();
afterAll(() => labs.stop());

interface Sample {
  name: ChangeName;
  n: number;
  when: Moment["when"];
}

/** Each one's repair still has something to change. */
const repairs: Sample[] = [
  { name: "snapshot of two LUNs", n: 1, when: "before" },
  { name: "removal of a snapshot", n: 0, when: "before" },
  { name: "restore without safety copy", n: 0, when: "after" },
  { name: "restore without safety copy", n: 1, when: "after" },
  { name: "restore without safety copy", n: 2, when: "before" },
  { name: "restore with safety clone", n: 1, when: "after" },
  { name: "restore with safety clone", n: 3, when: "after" },
  { name: "restore with safety clone", n: 4, when: "after" },
  { name: "removal of a mapped clone", n: 0, when: "before" },
  { name: "removal of a mapped clone", n: 1, when: "after" },
];

async function killRepair(lab: Lab, home: string, when: Moment["when"]): Promise<void> {
  const core = await lab.connect(home);
  const repair = { method: "repairOperation", params: {}, done: (before: string[]) => before };
  await killAt(lab, core, repair, { n: 0, when, fate: "continue" });
}

describe.concurrent("repair is killed too", () => {
  for (const second of ["before", "after"] as const) {
    test.each(repairs)(`$name, killed $when request $n, its repair ${second} its first`, ({ name, n, when }) =>
      labs.use("hero-h5.3", async (lab) => {
        const doomed = await lab.connect();
        const change = await changes[name](lab, doomed);
        const before = await lookBefore(lab);
        await killAt(lab, doomed, change, { n, when, fate: when === "before" ? "drop" : "continue" });
        await killRepair(lab, doomed.home, second);

        const core = await lab.connect(doomed.home);
        const [repaired] = await core.rows<Repaired>("repairOperation");
        await mustBeTrue(lab, change, before, repaired);
        await mustBeSettled(core, repaired);
        await core.stop();
      }),
    );
  }
});

/** A busy NAS may come to a request seconds after its sender has died, and after the repair has begun. */
const comeLate: Sample[] = [
  { name: "snapshot of one LUN", n: 0, when: "before" },
  { name: "snapshot of two LUNs", n: 1, when: "before" },
  { name: "removal of a snapshot", n: 0, when: "before" },
  { name: "clone", n: 0, when: "before" },
  { name: "restore with safety clone", n: 0, when: "before" },
  { name: "restore with safety clone", n: 1, when: "before" },
  { name: "restore with safety clone", n: 2, when: "before" },
  { name: "restore with safety clone", n: 3, when: "before" },
  { name: "restore with safety clone", n: 4, when: "before" },
  { name: "restore with safety clone", n: 5, when: "before" },
  { name: "removal of a mapped clone", n: 0, when: "before" },
  { name: "removal of a mapped clone", n: 1, when: "before" },
];

describe.concurrent("the request comes when the repair has begun already", () => {
  test.each(comeLate)("$name, request $n", ({ name, n, when }) =>
    labs.use("hero-h5.3", async (lab) => {
      const doomed = await lab.connect();
      const change = await changes[name](lab, doomed);
      const before = await lookBefore(lab);
      const { held } = await holdAt(lab, doomed, change, { n, when, fate: "continue" });
      await doomed.kill();
      await lab.nas.clearFaults();

      const core = await lab.connect(doomed.home);
      const repairing = core.rows<Repaired>("repairOperation");
      await sleep(4000);
      await lab.nas.release(held, "continue");
      const [repaired] = await repairing;
      await mustBeTrue(lab, change, before, repaired);
      await mustBeSettled(core, repaired);
      await core.stop();
    }),
  );
});

describe.concurrent("run recover, at start-up and without a console", () => {
  test.each(Object.keys(changes) as ChangeName[])("%s", (name) =>
    labs.use("qts-5.2", async (lab) => {
      const doomed = await CoreProcess.start();
      const { hostname, port } = new URL(lab.nas.https);
      const { user, password, fingerprint } = lab.nas;
      const login = { userName: user, password, certificateFingerprint: fingerprint };
      await doomed.call("setNas", { name: hostname, port: Number(port), ...login });
      const change = await changes[name](lab, doomed);
      const before = await lookBefore(lab);
      await killAt(lab, doomed, change, { n: 0, when: "after", fate: "continue" });

      const { exitCode, lines } = await runCore(doomed.home, "recover");
      expect({ exitCode, result: lines.at(-1) }).toEqual({ exitCode: 0, result: { count: 1, unresolved: 0 } });
      await mustBeTrue(lab, change, before, lines[0] as unknown as Repaired);
      const core = await CoreProcess.start(doomed.home);
      await mustBeSettled(core, lines[0] as unknown as Repaired);
      await core.stop();
      expect((await lab.nas.state()).sessions).toHaveLength(1); // the dead core's
    }),
  );
});
