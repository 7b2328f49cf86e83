/**
 * Random sequences of callbacks, valid and not. After each: every answer was allowed and in time, the next valid set succeeds, and
 * nothing is left on the NAS that no record knows.
 *
 *   node tests/core/vss/soak.ts 10000
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { Caller } from "../../sim/nas/caller.ts";
import { type Answer, Conversation, newGuid, ok, transportable, vssLun } from "./conversation.ts";
import { makeSet } from "./coordinator.ts";
import { type Action, sequences } from "./sequences.ts";
import { VssLab } from "./vssLab.ts";

/** What VSS takes from a provider, and for how long its DLL waits. */
const allowed = new Set([
  0, 0x8007000e, 0x80070057, 0x80070005, 0x80042301, 0x80042308, 0x8004231f, 0x8004230c, 0x8004230e, 0x80042317,
  0x80042312, 0x8004231b, 0x80042306, 0x800423fe,
]);
const deadlinesMs: Record<string, number> = {
  OnLoad: 15_000,
  OnUnload: 5_000,
  PreCommitSnapshots: 5_000,
  CommitSnapshots: 8_500,
  PostCommitSnapshots: 10_000,
  AreLunsSupported: 30_000,
  FillInLunInfo: 30_000,
  BeginPrepareSnapshot: 60_000,
  EndPrepareSnapshots: 180_000,
  GetTargetLuns: 180_000,
  LocateLuns: 180_000,
  OnLunEmpty: 180_000,
};
const settledMs = 120_000;
const perProvider = 40;

class Lane {
  readonly #vss: VssLab;
  readonly #home: string;
  #provider: Conversation;
  #count = 0;

  private constructor(vss: VssLab, home: string) {
    this.#vss = vss;
    this.#home = home;
    this.#provider = new Conversation(home);
  }

  static async open(): Promise<Lane> {
    const vss = await VssLab.start("qts-5.2", { quirks: { timeScale: 0.001 } });
    const lane = new Lane(vss, vss.home());
    await lane.#loaded();
    return lane;
  }

  async run(actions: readonly Action[]): Promise<void> {
    const setIds = [newGuid(), newGuid()];
    const snapshotIds = Array.from({ length: 16 }, newGuid);
    const lun = (index: number) =>
      vssLun(["sqldata", "vmstore"].map((name) => this.#vss.naa(name))[index] ?? `6e843b6${"9".repeat(25)}`);
    let targets: object[] = [];
    const open: Promise<void>[] = [];
    for (const action of actions) {
      if (action.kind === "line") this.#provider.write(`${action.text.replaceAll("\n", " ")}\n`);
      else if (action.kind === "fault")
        await this.#vss.lab.nas.fault({ kind: action.fault, match: { func: action.func }, code: -1 });
      else {
        const { method, set, snapshot, context } = action;
        const of = ["LocateLuns", "FillInLunInfo", "OnLunEmpty"].includes(method)
          ? targets.slice(0, method === "LocateLuns" ? 9 : 1)
          : action.luns.map(lun);
        const fields = {
          setId: setIds[set],
          snapshotId: snapshotIds[snapshot],
          context,
          flags: 0,
          devices: [],
          luns: of,
        };
        const answer = this.#call(method, fields).then((given) => {
          targets = given.targets ?? targets;
        });
        if (action.wait) await answer;
        else open.push(answer);
      }
    }
    await Promise.all(open);
    await this.#vss.lab.nas.clearFaults();
    await this.#nextSucceeds();
    await this.#nothingUnowned();
    if (++this.#count % perProvider === 0) await this.#startAgain();
  }

  async #call(method: string, fields: object): Promise<Answer> {
    const deadlineMs = deadlinesMs[method] ?? 60_000;
    const late = sleep(deadlineMs, undefined, { ref: false }).then(() => {
      throw new Error(`${method} was not answered in time`);
    });
    late.catch(() => undefined);
    const answer = await Promise.race([this.#provider.call(method, fields), late]);
    if (!allowed.has(answer.hr))
      throw new Error(`${method} was answered 0x${answer.hr.toString(16)}, which is not allowed`);
    return answer;
  }

  async #nextSucceeds(): Promise<void> {
    const { setId, failed } = await makeSet(this.#provider, [[this.#vss.naa("sqldata"), this.#vss.naa("vmstore")]], {
      context: transportable,
    });
    if (failed) throw new Error(`the next set failed: ${failed.method}: ${failed.answer.message}`);
    const { hr } = await this.#call("AbortSnapshots", { setId });
    if (hr !== ok) throw new Error("it could not be aborted");
  }

  /** What is on record, VSS may still want; it is given back here. */
  async #nothingUnowned(): Promise<void> {
    const endMs = Date.now() + settledMs;
    for (;;) {
      const { snapshots, luns } = await this.#vss.lab.nas.state();
      const recorded = this.#recorded();
      const naaOf = (lunIndex: number | undefined) => luns.find((lun) => lun.lunIndex === lunIndex)?.naa;
      const made = [
        ...snapshots.map(({ name, lunIndex }) => `${naaOf(lunIndex)} ${name}`),
        ...luns.slice(3).map(({ name, naa }) => `${naa} ${name}`),
      ];
      const unowned = made.filter((each) => !recorded.has(each));
      if (unowned.length === 0) {
        for (const { name, naa } of luns)
          if (name.startsWith("vss")) await this.#call("OnLunEmpty", { luns: [vssLun(naa)] });
        if (snapshots.length > 0) await this.#remove(snapshots);
        if (snapshots.length === 0 && luns.length === 3) return;
      }
      if (Date.now() > endMs) throw new Error(`left on the NAS: ${unowned.join(", ")}`);
      await sleep(30);
    }
  }

  async #remove(snapshots: readonly { snapshotId: number }[]): Promise<void> {
    const caller = await Caller.login(this.#vss.lab.nas);
    for (const { snapshotId } of snapshots) await caller.snapshot("del_snapshot", { snapshotID: snapshotId });
  }

  /** NAA and name of all that the catalogue has. */
  #recorded(): Set<string> {
    const folder = join(this.#home, "catalogue");
    const names = new Set<string>();
    for (const file of readdirSync(folder)) {
      for (const line of readFileSync(join(folder, file), "utf8").trimEnd().split("\n")) {
        const { type, name } = JSON.parse(line.slice(0, line.lastIndexOf("\t"))) as { type: string; name: string };
        const key = `${file.replace(".jsonl", "")} ${name}`;
        if (type === "gone") names.delete(key);
        else names.add(key);
      }
    }
    return names;
  }

  async #startAgain(): Promise<void> {
    await this.#provider.stop();
    this.#provider = new Conversation(this.#home);
    await this.#loaded();
  }

  /** As VSS always does first; a start on a loaded machine does not count against the deadlines. */
  async #loaded(): Promise<void> {
    await this.#provider.call("OnLoad");
    await this.#provider.call("AreLunsSupported", { context: transportable, luns: [] });
  }

  async close(): Promise<void> {
    await this.#provider.kill();
    await this.#vss.stop();
  }
}

/** Runs them side by side; throws at the first that is not as it should be, and says which. */
export async function soak(
  count: number,
  width: number,
  seed = Date.now() % 2 ** 31,
  say: (text: string) => void = () => undefined,
) {
  const all = fc.sample(sequences, { numRuns: count, seed }).entries();
  let done = 0;
  const lane = async (own: Lane) => {
    try {
      for (const [index, actions] of all) {
        await own.run(actions).catch((error: unknown) => {
          throw new Error(`sequence ${index} of seed ${seed}: ${JSON.stringify(actions)}`, { cause: error });
        });
        if (++done % 100 === 0) say(`${done} sequences`);
      }
    } finally {
      await own.close();
    }
  };
  const lanes: Lane[] = [];
  while (lanes.length < width) lanes.push(await Lane.open());
  await Promise.all(lanes.map(lane));
  return done;
}

if (import.meta.main) {
  const startMs = Date.now();
  const say = (text: string) => console.log(`${text} in ${Math.round((Date.now() - startMs) / 1000)} s`);
  say(
    `${await soak(Number(process.argv[2] ?? 300), Number(process.argv[3] ?? 4), undefined, say)} sequences, all as they should be,`,
  );
}
