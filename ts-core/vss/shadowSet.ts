import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../errors.ts";
import type { Context } from "../rpc/operation.ts";
import { isTransportable } from "./contexts.ts";
import { within } from "./deadline.ts";
import { hresults, Refusal } from "./hresults.ts";
import type { KnownLuns } from "./knownLuns.ts";
import { commitMs } from "./prepare.ts";
import { PreparedSet } from "./preparedSet.ts";
import { type Answer, type Call, mustHaveNaa } from "./wire.ts";

/** VSS's own limit. */
const maxVolumes = 64;
/** Below those of the provider DLL (vss.md, section 6), so that it is us who say why. */
const longMs = 150_000;
const earlierMs = 90_000;
/** A set in which nothing happens any more holds its LUNs no longer than this. */
const idleMs = 15 * 60_000;
const finalMs = 50_000;
const preCommitMs = 4_000;
const postCommitMs = 8_000;

type Step =
  | "EndPrepareSnapshots"
  | "PreCommitSnapshots"
  | "CommitSnapshots"
  | "PostCommitSnapshots"
  | "PreFinalCommitSnapshots"
  | "PostFinalCommitSnapshots"
  | "GetTargetLuns"
  | "LocateLuns";

/** What must have succeeded before. GetTargetLuns comes before or after the two final ones (vss.md, section 0). */
const predecessors: Record<Step, Step | undefined> = {
  EndPrepareSnapshots: undefined,
  PreCommitSnapshots: "EndPrepareSnapshots",
  CommitSnapshots: "PreCommitSnapshots",
  PostCommitSnapshots: "CommitSnapshots",
  PreFinalCommitSnapshots: "PostCommitSnapshots",
  PostFinalCommitSnapshots: "PreFinalCommitSnapshots",
  GetTargetLuns: "PostCommitSnapshots",
  LocateLuns: "GetTargetLuns",
};

/** One shadow copy set, from BeginPrepareSnapshot to its end. A callback that comes again gets the answer that it got. */
export class ShadowSet {
  readonly id: string;
  readonly #known: KnownLuns;
  readonly #context: Context;
  readonly #naas = new Map<string, readonly string[]>();
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #done = new Set<Step>();
  /** What is under way, also where nobody waits for it any more. */
  #work: Promise<unknown> = Promise.resolve();
  #failure: unknown;
  #vssContext = 0;
  #set: PreparedSet | undefined;
  #ending: Promise<void> | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(id: string, known: KnownLuns, context: Context) {
    this.id = id;
    this.#known = known;
    this.#context = context;
  }

  /** This host's volumes may be frozen: nothing is written to a disk. */
  get mayBeFrozen(): boolean {
    return this.#answers.has("PreCommitSnapshots") && !this.#answers.has("PostCommitSnapshots") && !this.#ending;
  }

  /** BeginPrepareSnapshot: a volume and its LUNs. Their NAS is opened in the background. */
  add({ method, snapshotId, context, luns }: Call): Answer {
    this.#mustLive();
    if (this.#answers.has("EndPrepareSnapshots")) throw outOfOrder(method);
    if (this.#naas.size > 0 && context !== this.#vssContext)
      throw new Refusal(hresults.unsupportedContext, "the volumes of a set have different contexts");
    if (!this.#naas.has(snapshotId) && this.#naas.size === maxVolumes)
      throw new Refusal(hresults.tooManyVolumes, `a set has at most ${maxVolumes} volumes`);
    if (luns.length === 0) throw new Refusal(hresults.invalidArgument, "the volume lies on no LUN");
    const naas = luns.map(mustHaveNaa);
    this.#naas.set(snapshotId, naas);
    this.#vssContext = context;
    for (const naa of naas) this.#known.locate(naa).catch(() => undefined);
    return {};
  }

  /** `earlier`: what is still being cleaned up. Waited for, but not for a NAS that is down and may have nothing to do with this set. */
  endPrepare(earlier: Promise<unknown>): Promise<Answer> {
    return this.#step("EndPrepareSnapshots", longMs, async () => {
      await Promise.race([earlier, sleep(earlierMs, undefined, { ref: false })]);
      const naas = [...new Set([...this.#naas.values()].flat())];
      const wanted = { setId: this.id, naas, vssContext: this.#vssContext };
      this.#set = await PreparedSet.open(wanted, this.#known, this.#context);
    });
  }

  preCommit(): Promise<Answer> {
    return this.#step("PreCommitSnapshots", preCommitMs, () => this.#set?.arm());
  }

  /** Whatever went wrong: VSS knows no other answer that is a reason to give the set up at once (assumed). */
  commit(): Promise<Answer> {
    const ask = () =>
      this.#set?.ask().catch((error: unknown) => {
        throw new Refusal(hresults.veto, reasonOf(error));
      });
    return this.#step("CommitSnapshots", commitMs, ask);
  }

  postCommit(): Promise<Answer> {
    return this.#step("PostCommitSnapshots", postCommitMs, () => this.#set?.confirm());
  }

  preFinalCommit(): Promise<Answer> {
    return this.#step("PreFinalCommitSnapshots", finalMs, () => undefined);
  }

  postFinalCommit(): Promise<Answer> {
    return this.#step("PostFinalCommitSnapshots", finalMs, () => this.#set?.final());
  }

  getTargetLuns({ luns }: Call): Promise<Answer> {
    const targets = async (set = this.#set as PreparedSet) => {
      const targets = [];
      for (const lun of luns) targets.push(await set.target(lun));
      return { targets };
    };
    return this.#step("GetTargetLuns", longMs, () => targets(), luns.map(mustHaveNaa));
  }

  locateLuns({ luns }: Call): Promise<Answer> {
    if (this.#set?.isShown === false)
      throw new Refusal(hresults.objectNotFound, "a transportable shadow copy is shown to no host");
    const show = async () => {
      for (const lun of luns) await this.#set?.show(lun);
    };
    return this.#step("LocateLuns", longMs, show, luns.map(mustHaveNaa));
  }

  /** AbortSnapshots. Never throws. */
  async abort(): Promise<void> {
    this.#failure ??= new Error("VSS aborted it");
    await this.end();
    await this.#set?.takeBack().catch((error: unknown) => this.#say(error));
  }

  /** Nothing more will come: a whole set is kept, of any other nothing is left. Never throws. */
  end(): Promise<void> {
    this.#ending ??= this.#end().catch((error: unknown) => this.#say(error));
    return this.#ending;
  }

  /** A transportable set whose identities were given out is whole: a program may rely on it (assumed, where no final callback came). */
  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const isWhole = this.#failure === undefined && this.#done.has("GetTargetLuns") && isTransportable(this.#vssContext);
    this.#failure ??= new Error("it was given up");
    await this.#work;
    if (isWhole && !this.#done.has("PostFinalCommitSnapshots")) await this.#set?.finish();
    else await this.#set?.giveUp();
  }

  #step(
    name: Step,
    timeoutMs: number,
    work: () => Promise<unknown> | undefined,
    about: readonly string[] = [],
  ): Promise<Answer> {
    const key = [name, ...about].join(" ");
    const known = this.#answers.get(key);
    if (known) return known;
    this.#mustLive();
    const before = predecessors[name];
    if (before && !this.#done.has(before)) throw outOfOrder(name);
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.end(), idleMs).unref();
    const running = Promise.resolve(work());
    this.#work = Promise.allSettled([this.#work, running]);
    const answer = within(timeoutMs, running).then(
      (given) => {
        this.#done.add(name);
        return (given ?? {}) as Answer;
      },
      (error: unknown) => {
        this.#failure ??= error;
        // Once it is answered: VSS lets the writes go on, and whether it aborts the set too does not matter any more.
        setImmediate(() => void this.end());
        throw error;
      },
    );
    this.#answers.set(key, answer);
    return answer;
  }

  #mustLive(): void {
    if (this.#failure === undefined) return;
    throw new Refusal(hresults.badState, `the set has failed: ${reasonOf(this.#failure)}`);
  }

  #say(error: unknown): void {
    this.#context.warn(`shadow copy set ${this.id}: ${reasonOf(error)}`);
  }
}

function outOfOrder(method: string): Refusal {
  return new Refusal(hresults.badState, `${method} came out of order`);
}
