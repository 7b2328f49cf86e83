/**
 * The VSS provider's core is killed before and after every request that changes the NAS, in the whole life of a shadow copy set. Then
 * a recovery must leave nothing behind, by the simulator's own account.
 */
import { afterAll, expect, test, vi } from "vitest";
import type { Conversation } from "../core/vss/conversation.ts";
import { autoImport, transportable } from "../core/vss/conversation.ts";
import { makeSet } from "../core/vss/coordinator.ts";
import { recover, VssLab } from "../core/vss/vssLab.ts";
import type { ProfileName } from "../sim/nas/profiles.ts";
import { Pool } from "./support/labs.ts";

// Most of a case is waiting: for what a request may still do after its sender has died.
vi.setConfig({ maxConcurrency: 8 });

const labs = new Pool(VssLab.start);
afterAll(() => labs.stop());

const changing = /^(create_|del_|clone_|edit_|remove_|add_|POST|PUT|DELETE)/;

interface Life {
  profile: ProfileName;
  title: string;
  luns: string[];
  context: number;
  /** Up to where VSS has no more use for the shadow copy; otherwise until the set is made. */
  emptied?: true;
}

const lives: Life[] = [
  { profile: "qts-5.2", title: "transportable set of two LUNs", luns: ["sqldata", "vmstore"], context: transportable },
  {
    profile: "hero-h5.3",
    title: "transportable set of two LUNs",
    luns: ["sqldata", "vmstore"],
    context: transportable,
  },
  { profile: "qts-5.2", title: "imported shadow copy", luns: ["sqldata"], context: autoImport, emptied: true },
  {
    profile: "hero-h5.3",
    title: "imported shadow copies of two LUNs",
    luns: ["sqldata", "vmstore"],
    context: autoImport,
  },
];

async function live(provider: Conversation, vss: VssLab, { luns, context, emptied }: Life): Promise<void> {
  const { failed, targets } = await makeSet(provider, [luns.map((name) => vss.naa(name))], { context });
  expect(failed).toBeUndefined();
  if (!emptied) return;
  for (const lun of targets) await provider.call("OnLunEmpty", { devices: [null], luns: [lun] });
  expect(await provider.stop()).toBe(0);
}

/** The requests of a clean life that change something, by the simulator's own account and in order. */
function effectsOf(life: Life): Promise<string[]> {
  return labs.use(life.profile, async (vss) => {
    await vss.lab.nas.reset();
    const provider = vss.provider();
    await live(provider, vss, life);
    await provider.stop();
    return (await vss.lab.nas.requests()).map(({ func }) => func).filter((func) => changing.test(func));
  });
}

const cases = (
  await Promise.all(
    lives.map(async (life) => {
      const effects = await effectsOf(life);
      return effects.flatMap((func, n) => {
        const title = `${life.title} on ${life.profile}, ${n + 1} of ${effects.length} (${func})`;
        return [
          { life, n, title: `${title}: before it, which then goes on`, kind: "holdBefore", fate: "continue" },
          { life, n, title: `${title}: before it, which is lost`, kind: "holdBefore", fate: "drop" },
          { life, n, title: `${title}: after it`, kind: "holdAfter", fate: "continue" },
        ] as const;
      });
    }),
  )
).flat();

test.concurrent.each(cases)("killed: $title", ({ life, n, kind, fate }) =>
  labs.use(life.profile, async (vss) => {
    const { nas } = vss.lab;
    const before = await vss.lab.account();
    const home = vss.home();
    const provider = vss.provider(home);
    await nas.fault({ kind, skip: n });
    live(provider, vss, life).catch(() => undefined);
    const [held] = await nas.holds(240_000);
    if (!held) throw new Error(`request ${n} never came`);
    await provider.kill();
    await nas.clearFaults();
    await nas.release(held.id, fate);

    expect(await recover(home)).toEqual([]);
    expect(await vss.lab.account()).toEqual(before);
    const next = vss.provider(home);
    expect((await makeSet(next, [[vss.naa("sqldata")]])).failed).toBeUndefined();
    expect(await next.stop()).toBe(0);
  }),
);

test("a live provider is not recovered, and its set is made as if nobody had asked", () =>
  labs.use("qts-5.2", async (vss) => {
    const home = vss.home();
    const provider = vss.provider(home);
    await vss.lab.nas.fault({ kind: "holdBefore" });
    const made = makeSet(provider, [[vss.naa("sqldata")]]);
    const [held] = await vss.lab.nas.holds(240_000);
    expect(await recover(home)).toMatchObject([{ kind: "vssShadowCopy", state: "Running" }]);
    await vss.lab.nas.release(held?.id ?? 0, "continue");
    expect((await made).failed).toBeUndefined();
    expect(await provider.stop()).toBe(0);
    expect(await recover(home)).toEqual([]);
  }));
