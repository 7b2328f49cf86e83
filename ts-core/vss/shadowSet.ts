import { reasonOf } from "../errors.ts";
import type { NasSnapshot } from "../nas/snapshots.ts";
import type { Context } from "../rpc/operation.ts";
import { lookUntilSettled } from "../snapshots/recoverSet.ts";
import { endCompleted, recordShadowCopies } from "../snapshots/shadowCopy.ts";
import { type Asked, ask } from "../snapshots/snapshotSet.ts";
import { Connections } from "./connections.ts";
import { isTransportable } from "./contexts.ts";
import { within } from "./deadline.ts";
import { giveUp } from "./giveUp.ts";
import { hresults, Refusal } from "./hresults.ts";
import type { KnownLuns } from "./knownLuns.ts";
import { outcomeOf } from "./outcome.ts";
import { commitMs, mustBeAlive, mustFit, type Prepared, prepareIntended, prepareOwn } from "./prepare.ts";
import { syntheticLun } from "./targetLuns.ts";
import { type Answer, type Call, naaOf } from "./wire.ts";

/** VSS's own limit. */
const maxVolumes = 64;
/** From the NAS's answer until the snapshot shows. */
const appearMs = 30_000;

type Step =
  | "EndPrepareSnapshots"
  | "PreCommitSnapshots"
  | "CommitSnapshots"
  | "PostCommitSnapshots"
  | "PreFinalCommitSnapshots"
  | "PostFinalCommitSnapshots"
  | "GetTargetLuns";

/** What must have been answered with success before. GetTargetLuns comes before or after the two final ones (vss.md, section 0). */
const requires: Record<Step, Step | undefined> = {
  EndPrepareSnapshots: undefined,
  PreCommitSnapshots: "EndPrepareSnapshots",
  CommitSnapshots: "PreCommitSnapshots",
  PostCommitSnapshots: "CommitSnapshots",
  PreFinalCommitSnapshots: "PostCommitSnapshots",
  PostFinalCommitSnapshots: "PreFinalCommitSnapshots",
  GetTargetLuns: "PostCommitSnapshots",
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
  #prepared: Prepared | undefined;
  #connections: Connections | undefined;
  #requests: Asked[] = [];
  #answered: Promise<unknown> = Promise.resolve();
  #found: Promise<NasSnapshot[]> | undefined;
  #armedAtMs = 0;
  #finished = false;
  #ending: Promise<void> | undefined;

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
  add({ snapshotId, context, luns }: Call): Answer {
    this.#mustLive();
    if (this.#answers.has("EndPrepareSnapshots")) throw outOfOrder("BeginPrepareSnapshot");
    if (this.#naas.size > 0 && context !== this.#vssContext)
      throw new Refusal(hresults.unsupportedContext, "the volumes of a set have different contexts");
    if (!this.#naas.has(snapshotId) && this.#naas.size === maxVolumes)
      throw new Refusal(hresults.tooManyVolumes, `a set has at most ${maxVolumes} volumes`);
    const naas = luns.map(mustHaveNaa);
    if (naas.length === 0) throw new Refusal(hresults.invalidArgument, "the volume lies on no LUN");
    this.#naas.set(snapshotId, naas);
    this.#vssContext = context;
    for (const naa of naas) this.#known.locate(naa).catch(() => undefined);
    return {};
  }

  /** EndPrepareSnapshots: everything that CommitSnapshots will need. `earlier`: sets that are still being cleaned up. */
  endPrepare(timeoutMs: number, earlier: Promise<unknown>): Promise<Answer> {
    return this.#step("EndPrepareSnapshots", timeoutMs, async () => {
      await earlier;
      const located = await Promise.all([...new Set([...this.#naas.values()].flat())].map((naa) => this.#locate(naa)));
      this.#prepared =
        (await prepareIntended(this.id, located, this.#context)) ?? (await prepareOwn(this.id, located, this.#context));
      const { planned, log } = this.#prepared;
      if (!log && !isTransportable(this.#vssContext))
        throw new Refusal(hresults.unsupportedContext, "a set that newLunSnapshot starts is transportable");
      this.#connections = new Connections(planned);
      await mustFit(planned, this.#connections, this.#context);
      await log?.add("create", { snapshots: planned.map(({ plan }) => plan) });
      return {};
    });
  }

  preCommit(timeoutMs: number): Promise<Answer> {
    return this.#step("PreCommitSnapshots", timeoutMs, async () => {
      this.#armedAtMs = performance.now();
      const { log, operationId } = this.#prepared as Prepared;
      if (!log) await mustBeAlive(operationId, this.#context);
      await this.#connections?.check();
      this.#connections?.arm();
      return {};
    });
  }

  /** Only the requests to the NAS: while it runs, nothing on this host can be written to a disk. */
  commit(): Promise<Answer> {
    return this.#step("CommitSnapshots", commitMs, async () => {
      const stop = new AbortController();
      const failed = new Promise<never>((_, reject) => {
        stop.signal.addEventListener("abort", () => reject(stop.signal.reason as Error));
      });
      const { requests, answered } = ask((this.#prepared as Prepared).planned, stop);
      this.#requests = requests;
      this.#answered = answered;
      try {
        await within(commitMs, Promise.race([answered, failed]));
      } finally {
        stop.abort();
      }
      return {};
    });
  }

  postCommit(timeoutMs: number): Promise<Answer> {
    return this.#step("PostCommitSnapshots", timeoutMs, async () => {
      this.#connections?.close();
      const { log, planned } = this.#prepared as Prepared;
      if (log) {
        await log.add("committed");
        this.#found = seeAll(planned);
        this.#found.catch(() => undefined);
      } else await this.#tell("Committed");
      return {};
    });
  }

  preFinalCommit(timeoutMs: number): Promise<Answer> {
    return this.#step("PreFinalCommitSnapshots", timeoutMs, async () => ({}));
  }

  postFinalCommit(timeoutMs: number): Promise<Answer> {
    return this.#step("PostFinalCommitSnapshots", timeoutMs, async () => {
      await this.#finish();
      return {};
    });
  }

  getTargetLuns(call: Call, timeoutMs: number): Promise<Answer> {
    const naas = call.luns.map(mustHaveNaa);
    return this.#step("GetTargetLuns", timeoutMs, () => this.#targets(call, naas), `GetTargetLuns ${naas.join()}`);
  }

  /** AbortSnapshots. */
  abort(): Promise<void> {
    this.#failure ??= new Error("VSS aborted the set");
    return this.end();
  }

  /** Nothing more will come: a whole set is kept, of any other nothing is left. Never throws. */
  end(): Promise<void> {
    this.#ending ??= this.#end().catch((error: unknown) => this.#context.warn(`set ${this.id}: ${reasonOf(error)}`));
    return this.#ending;
  }

  async #end(): Promise<void> {
    this.#connections?.close();
    const whole = this.#failure === undefined && this.#done.has("GetTargetLuns") && isTransportable(this.#vssContext);
    this.#failure ??= new Error("the set was given up");
    await this.#work;
    if (this.#finished || !this.#prepared) return;
    try {
      if (whole) await this.#finish();
      else if (this.#prepared.log) await giveUp(this.#prepared.log, this.#requests, this.#answered, this.#context);
      else if (!this.#done.has("PostCommitSnapshots")) await this.#tell("Aborted");
    } finally {
      await this.#prepared.release();
    }
  }

  async #finish(): Promise<void> {
    const { log, planned } = this.#prepared as Prepared;
    if (log && this.#found) {
      await recordShadowCopies(planned, await this.#found, log, this.#context);
      await endCompleted(log);
    }
    this.#finished = true;
    await this.#prepared?.release();
  }

  async #targets({ luns }: Call, naas: readonly string[]): Promise<Answer> {
    const { planned, operationId } = this.#prepared as Prepared;
    await this.#found;
    for (const naa of naas)
      if (!planned.some(({ lun }) => lun.naa === naa))
        throw new Refusal(hresults.invalidArgument, `LUN ${naa} is not in the set`);
    return { targets: luns.map((lun, index) => syntheticLun(lun, `${operationId}-${naas[index]}`)) };
  }

  async #tell(state: "Committed" | "Aborted"): Promise<void> {
    const { operationId } = this.#prepared as Prepared;
    const frozenMs = performance.now() - this.#armedAtMs;
    await this.#context.machine.intents.storeOutcome(
      outcomeOf({ setId: this.id, operationId, state, frozenMs }, this.#requests),
    );
  }

  async #locate(naa: string) {
    const located = await this.#known.locate(naa);
    if (located) return located;
    throw new Refusal(hresults.volumeNotSupportedByProvider, `no NAS that is stored has LUN ${naa}`);
  }

  #step(name: Step, timeoutMs: number, work: () => Promise<Answer>, key: string = name): Promise<Answer> {
    const known = this.#answers.get(key);
    if (known) return known;
    this.#mustLive();
    const before = requires[name];
    if (before && !this.#done.has(before)) throw outOfOrder(name);
    const running = work();
    this.#work = Promise.allSettled([this.#work, running]);
    const answer = within(timeoutMs, running).then(
      (given) => {
        this.#done.add(name);
        return given;
      },
      (error: unknown) => {
        this.#failure ??= error;
        throw error;
      },
    );
    this.#answers.set(key, answer);
    return answer;
  }

  #mustLive(): void {
    if (this.#failure !== undefined)
      throw new Refusal(hresults.badState, `the set has failed: ${reasonOf(this.#failure)}`);
  }
}

function mustHaveNaa(lun: Call["luns"][number]): string {
  const naa = naaOf(lun);
  if (naa === undefined) throw new Refusal(hresults.volumeNotSupportedByProvider, "the LUN tells no NAA");
  return naa;
}

function outOfOrder(method: string): Refusal {
  return new Refusal(hresults.badState, `${method} came out of order`);
}

async function seeAll(planned: Prepared["planned"]): Promise<NasSnapshot[]> {
  const found = await lookUntilSettled(planned, appearMs);
  return found.map((snapshot, index) => {
    if (snapshot) return snapshot;
    const { nas, plan } = planned[index] as Prepared["planned"][number];
    throw new Refusal(hresults.veto, `${nas.name} said yes, but snapshot '${plan.spec.name}' does not show`);
  });
}
