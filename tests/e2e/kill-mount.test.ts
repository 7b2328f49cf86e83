/**
 * The core is killed before and after every effect that either simulator observes while a snapshot is mounted or dismounted. Then
 * Repair-QnapOperation must leave nothing in between, by the account of both, and tell what is true.
 */
import { afterAll, describe, expect, test, vi } from "vitest";
import type { CoreProcess } from "../coreProcess.ts";
import type { ProfileName } from "../sim/nas/profiles.ts";
import { Pool } from "./support/labs.ts";
import { MountLab } from "./support/mountLab.ts";
import type { Repaired } from "./support/repair.ts";

vi.setConfig({ maxConcurrency: 10 });

type What = "mount" | "dismount";
type Side = "nas" | "vcenter";

interface Moment {
  side: Side;
  n: number;
  when: "before" | "after";
  /** What becomes of the request: it goes on without its sender, or never takes effect. */
  fate: "continue" | "drop";
}

interface Case extends Moment {
  what: What;
  title: string;
}

const labs = new Pool(MountLab.start);
afterAll(() => labs.stop());

const requests: Record<What, (lab: MountLab) => [method: string, params: object]> = {
  mount: (lab) => ["mountLunSnapshot", lab.request],
  dismount: () => ["dismountLunSnapshot", { lunName: "copy" }],
};

const changing: Record<Side, RegExp> = {
  nas: /^(clone_|edit_|remove_|add_|POST|PUT|DELETE)/,
  vcenter: /^(Resolve|Mount|Unmount|Attach|Detach|DeleteScsi)/,
};

/** The requests of a clean run that change something, by the account of both. */
async function effectsOf(profile: ProfileName): Promise<Record<What, Record<Side, string[]>>> {
  return labs.use(profile, async (lab) => {
    const core = await lab.connect();
    const run = async (what: What) => {
      await lab.nas.reset();
      await lab.vcenter.reset();
      await core.call(...requests[what](lab));
      const nas = (await lab.nas.requests()).map(({ func }) => func).filter((func) => changing.nas.test(func));
      const asked = (await lab.vcenter.requests()).map(({ method }) => method);
      return { nas, vcenter: asked.filter((method) => changing.vcenter.test(method)) };
    };
    const effects = { mount: await run("mount"), dismount: await run("dismount") };
    await core.stop();
    return effects;
  });
}

/**
 * After every request: what a lost one leaves is what the one before it left, so that is tried only once for each side. One that goes
 * on without its sender could come in the way of a mount that is finished or undone; a dismount only goes on.
 */
function casesOf({ mount, dismount }: Record<What, Record<Side, string[]>>): Case[] {
  const after = { when: "after", fate: "continue" } as const;
  const lost = { when: "before", fate: "drop" } as const;
  const late = { when: "before", fate: "continue" } as const;
  return (["nas", "vcenter"] as const).flatMap((side) => [
    ...mount[side].flatMap((name, n) => [after, lost, late].map((how) => caseOf("mount", side, n, name, how))),
    ...dismount[side]
      .map((name, n) => ({ name, n }))
      // The second host is asked for the same.
      .filter(({ name, n }) => dismount[side].indexOf(name) === n)
      .flatMap(({ name, n }) =>
        (n === 0 ? [after, lost] : [after]).map((how) => caseOf("dismount", side, n, name, how)),
      ),
  ]);
}

function caseOf(what: What, side: Side, n: number, name: string, how: Pick<Moment, "when" | "fate">): Case {
  const title = `${what}, request ${n + 1} to the ${side} (${name}): ${how.when} it, ${how.fate}`;
  return { what, side, n, ...how, title };
}

/** Kills the core while a simulator holds that request. */
async function killAt(lab: MountLab, core: CoreProcess, { what, side, n, when, fate }: Case): Promise<void> {
  const sim = lab[side];
  await sim.fault({ kind: when === "before" ? "holdBefore" : "holdAfter", skip: n });
  const answer = core.code(...requests[what](lab));
  const [held] = await Promise.race([sim.holds(240_000), answer.then((code) => [code])]);
  if (typeof held !== "object") throw new Error(`request ${n} never came; the core answered ${held}`);
  await core.kill();
  await sim.clearFaults();
  await sim.release(held.id, fate);
}

async function killAndRepair(lab: MountLab, each: Case): Promise<void> {
  const doomed = await lab.connect();
  if (each.what === "dismount") await lab.mount(doomed);
  const before = await lab.account();
  await killAt(lab, doomed, each);

  const core = await lab.connect(doomed.home);
  const [repaired] = await core.rows<Repaired>("repairOperation");
  expect(repaired).toMatchObject({
    kind: `${each.what}LunSnapshot`,
    state: expect.stringMatching(/^(Completed|Undone)$/),
  });
  const after = await lab.account();
  if (repaired?.state === "Undone") expect(after).toEqual(before);
  else expect(after).toEqual(each.what === "dismount" ? lab.base : mountedOver(lab.base));
  expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
  if (after.join() !== lab.base.join()) await core.call(...requests.dismount(lab));
  expect(await lab.account()).toEqual(lab.base);
  expect(await core.stop()).toBe(0);
}

/** What the account of a mounted copy adds to that without it. */
function mountedOver(base: string[]): string[] {
  const seen = base.map((line) =>
    line.replace(/^(esx\d\.sim sees )/, "$1copy+").replace(/^(esx\d\.sim has mounted prod)$/, "$1+snap-prod"),
  );
  return [...seen, "LUN copy ready on 0:2:true", "datastore snap-prod on copy, true"].sort();
}

const whole = await effectsOf("qts-5.2");
describe.concurrent("killed on qts-5.2", () => {
  test.each(casesOf(whole))("$title", (each) => labs.use("qts-5.2", (lab) => killAndRepair(lab, each)));
});

/** Only what this firmware is asked for in other words. */
const other = casesOf(await effectsOf("hero-h5.3")).filter(
  ({ title }) => !casesOf(whole).some((one) => one.title === title),
);
describe.concurrent("killed on hero-h5.3", () => {
  test.each(other)("$title", (each) => labs.use("hero-h5.3", (lab) => killAndRepair(lab, each)));
});

/** The host refuses the signature, so that what was begun is taken back. */
const refuse = (lab: MountLab) =>
  lab.vcenter.fault({
    kind: "fault",
    fault: "HostConfigFault",
    match: { method: "ResolveMultipleUnresolvedVmfsVolumes" },
  });

const takingBack: [Side, { func?: string; method?: string }][] = [
  ["vcenter", { method: "DetachScsiLun" }],
  ["nas", { func: "edit_lun" }],
  ["vcenter", { method: "DeleteScsiLunState" }],
];
describe.concurrent("killed while a mount that failed is taken back", () => {
  test.each(takingBack)("%s, after %o", (side, match) =>
    labs.use("qts-5.2", async (lab) => {
      const doomed = await lab.connect();
      await refuse(lab);
      await lab[side].fault({ kind: "holdAfter", match });
      const answer = doomed.code(...requests.mount(lab));
      const [held] = await lab[side].holds(240_000);
      await doomed.kill();
      await lab[side].clearFaults();
      await lab[side].release(held?.id ?? 0, "continue");
      expect(await answer).toBe("CoreEnded");

      const core = await lab.connect(doomed.home);
      const [repaired] = await core.rows<Repaired>("repairOperation");
      expect(repaired).toMatchObject({ kind: "mountLunSnapshot", state: "Undone" });
      expect(repaired?.outcome).toContain("HostConfigFault");
      expect(await lab.account()).toEqual(lab.base);
      await core.stop();
    }),
  );
});

test("a vCenter that is down when it is repaired: told, left open, and settled once it is back", () =>
  labs.use("qts-5.2", async (lab) => {
    const doomed = await lab.connect();
    await lab.mount(doomed);
    await killAt(lab, doomed, caseOf("dismount", "vcenter", 1, "", { when: "after", fate: "continue" }));
    await lab.vcenter.down();
    const core = await lab.connect(doomed.home);
    const [open] = await core.rows<Repaired>("repairOperation");
    expect(open).toMatchObject({ kind: "dismountLunSnapshot", state: "Interrupted" });
    expect(open?.outcome).toMatch(/vCenter/);
    await lab.vcenter.up();
    const [repaired] = await core.rows<Repaired>("repairOperation");
    expect(repaired).toMatchObject({ state: "Completed" });
    expect(await lab.account()).toEqual(lab.base);
    await core.stop();
  }));

test("an interrupted mount is settled before it is dismounted", () =>
  labs.use("qts-5.2", async (lab) => {
    const doomed = await lab.connect();
    await killAt(lab, doomed, caseOf("mount", "vcenter", 0, "", { when: "after", fate: "continue" }));
    const core = await lab.connect(doomed.home);
    expect(await core.code(...requests.dismount(lab))).toBe("OperationUnsettled");
    expect(await core.code("removeLunClone", { lun: { name: "copy" }, force: true })).toBe("CloneMounted");
    await core.rows("repairOperation");
    await core.call(...requests.dismount(lab));
    expect(await lab.account()).toEqual(lab.base);
    await core.stop();
  }));
