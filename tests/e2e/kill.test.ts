/**
 * The core is killed before and after every effect that the simulator observes, for every operation that changes a NAS. Then
 * Repair-QnapOperation must leave nothing behind, by the simulator's own account, and tell what is true.
 */
import { afterAll, describe, expect, test, vi } from "vitest";
import type { ProfileName } from "../sim/nas/profiles.ts";
import { type ChangeName, changes, changesOf } from "./support/changes.ts";
import { effectsOf } from "./support/effects.ts";
import { killAt, type Moment } from "./support/interruption.ts";
import type { Lab } from "./support/lab.ts";
import { Labs } from "./support/labs.ts";
import { lookBefore, mustBeSettled, mustBeTrue, type Repaired } from "./support/repair.ts";

// Most of a case is waiting: for what a request may still do after its sender has died.
vi.setConfig({ maxConcurrency: 16 });

interface Case {
  profile: ProfileName;
  name: ChangeName;
  title: string;
  moment: Moment;
}

const labs = new Labs();
afterAll(() => labs.stop());

const whole: ProfileName[] = ["qts-5.2", "hero-h5.3"];
const others: ProfileName[] = ["qts-4.3.6", "qes-2.1", "hero-h6.0"];
const cheap: ChangeName[] = ["snapshot of one LUN", "removal of a snapshot", "restore without safety copy"];

const cases = (
  await Promise.all([
    ...whole.flatMap((profile) => changesOf(profile).map((name) => casesOf(profile, name))),
    ...others.flatMap((profile) => cheap.map((name) => casesOf(profile, name))),
  ])
).flat();

async function casesOf(profile: ProfileName, name: ChangeName): Promise<Case[]> {
  const effects = await effectsOf(labs, profile, name);
  return effects.flatMap((func, n) => {
    const title = `${name}, ${n + 1} of ${effects.length} (${func})`;
    return [
      {
        profile,
        name,
        title: `${title}: before it, which then goes on`,
        moment: { n, when: "before", fate: "continue" },
      },
      { profile, name, title: `${title}: before it, which is lost`, moment: { n, when: "before", fate: "drop" } },
      { profile, name, title: `${title}: after it`, moment: { n, when: "after", fate: "continue" } },
    ] as Case[];
  });
}

async function killAndRepair(lab: Lab, { name, moment }: Case): Promise<void> {
  const doomed = await lab.connect();
  const change = await changes[name](lab, doomed);
  const before = await lookBefore(lab);
  await killAt(lab, doomed, change, moment);

  const core = await lab.connect(doomed.home);
  const [repaired] = await core.rows<Repaired>("repairOperation");
  await mustBeTrue(lab, change, before, repaired);
  await mustBeSettled(core, repaired);
  expect(await core.stop()).toBe(0);
}

for (const profile of [...whole, ...others]) {
  describe.concurrent(`killed on ${profile}`, () => {
    test.each(cases.filter((each) => each.profile === profile))("$title", (each) =>
      labs.use(profile, (lab) => killAndRepair(lab, each)),
    );
  });
}
