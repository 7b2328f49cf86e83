import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../errors.ts";
import { openMachine } from "../machine.ts";
import type { UnderWay } from "../rpc/leaving.ts";
import type { Context } from "../rpc/operation.ts";
import { repairOperations } from "../snapshots/recovery.ts";
import { isSupported } from "./contexts.ts";
import { hresults, Refusal } from "./hresults.ts";
import { KnownLuns } from "./knownLuns.ts";
import { ShadowSet } from "./shadowSet.ts";
import { changeState, empty, fillIn } from "./shadows.ts";
import { whyUnsupported } from "./support.ts";
import { type Answer, type Call, naaOf } from "./wire.ts";

/** How long this process outlives the end of its input. */
const longestMs = 15 * 60_000;

type Say = (line: string) => void;

/** Answers the callbacks of VSS. One set at a time; a new one means that the one before is dead. */
export class Provider {
  readonly #context: Context;
  readonly #known: KnownLuns;
  readonly #underWay = new Set<UnderWay>();
  readonly #emptying = new Set<string>();
  #set: ShadowSet | undefined;

  private constructor(context: Context) {
    this.#context = context;
    this.#known = new KnownLuns(context);
  }

  static async open(say: Say): Promise<Provider> {
    const provider = new Provider({
      machine: await openMachine(),
      signal: new AbortController().signal,
      stay: () => undefined,
      progress: () => undefined,
      warn: say,
      verbose: say,
      rows: () => Promise.resolve(),
    });
    provider.#known.refresh().catch(() => undefined);
    provider.#keepUntilDone(provider.#recover());
    return provider;
  }

  get mayWriteToDisk(): boolean {
    return !this.#set?.mayBeFrozen;
  }

  /** What goes on without anybody waiting for its answer. */
  underWay(): UnderWay[] {
    return [...this.#underWay];
  }

  async handle(call: Call): Promise<Answer> {
    const { method } = call;
    switch (method) {
      case "OnLoad":
      case "OnUnload":
        return {};
      case "AreLunsSupported":
        return this.#areSupported(call);
      case "BeginPrepareSnapshot":
        return this.#begin(call);
      case "EndPrepareSnapshots":
        return this.#current(call).endPrepare(this.#settled());
      case "PreCommitSnapshots":
        return this.#current(call).preCommit();
      case "CommitSnapshots":
        return this.#current(call).commit();
      case "PostCommitSnapshots":
        return this.#current(call).postCommit();
      case "PreFinalCommitSnapshots":
        return this.#current(call).preFinalCommit();
      case "PostFinalCommitSnapshots":
        return this.#current(call).postFinalCommit();
      case "GetTargetLuns":
        return this.#anySet(method).getTargetLuns(call);
      case "LocateLuns":
        return this.#anySet(method).locateLuns(call);
      case "FillInLunInfo":
        return fillIn(call, this.#context);
      case "OnLunEmpty":
        return this.#empty(call);
      case "OnLunStateChange":
        return changeState(call, this.#context);
      case "AbortSnapshots":
        return this.#abort(call);
      default:
        throw new Refusal(hresults.veto, `the provider does not do ${method}`);
    }
  }

  /** What another provider left when it was ended in the middle: the next set is not to wait for a repair. */
  async #recover(): Promise<void> {
    for await (const { operationId, kind, endTimeUtc } of this.#context.machine.journal.list())
      if (kind === "vssShadowCopy" && endTimeUtc === null)
        await repairOperations({ operationId }, this.#context).catch((error: unknown) =>
          this.#context.verbose(reasonOf(error)),
        );
  }

  /** Ends what is open, and logs out once everything is settled. */
  end(): void {
    if (this.#set) this.#keepUntilDone(this.#set.end());
  }

  close(): Promise<void> {
    return this.#context.machine.close();
  }

  async #areSupported({ luns, context }: Call): Promise<Answer> {
    const message = await whyUnsupported(luns, context, this.#known, this.#context);
    return message === undefined ? { supported: true } : { supported: false, message };
  }

  #begin(call: Call): Answer {
    const { setId, snapshotId, context } = call;
    if (setId === "" || snapshotId === "")
      throw new Refusal(hresults.invalidArgument, "a set and a snapshot are wanted");
    if (!isSupported(context)) throw new Refusal(hresults.unsupportedContext, `context ${context} is not supported`);
    if (this.#set?.id !== setId) {
      this.end();
      this.#set = new ShadowSet(setId, this.#known, this.#context);
    }
    return (this.#set as ShadowSet).add(call);
  }

  /** Nothing is known of another set, so nothing is left of it. */
  #abort({ setId }: Call): Answer {
    if (this.#set?.id === setId) this.#keepUntilDone(this.#set.abort());
    return {};
  }

  /** Answered at once: VSS may be about to end us. */
  async #empty(call: Call): Promise<Answer> {
    const [naa] = call.luns.map(naaOf);
    if (naa === undefined || this.#emptying.has(naa)) return {};
    this.#emptying.add(naa);
    const work = await empty(call, this.#context).catch((error: unknown) => {
      this.#emptying.delete(naa);
      throw error;
    });
    const done = work?.().catch((error: unknown) => this.#context.warn(`removal of ${naa}: ${reasonOf(error)}`));
    this.#keepUntilDone(Promise.resolve(done).finally(() => this.#emptying.delete(naa)));
    return {};
  }

  #current({ method, setId }: Call): ShadowSet {
    const set = this.#anySet(method);
    if (set.id !== setId) throw new Refusal(hresults.badState, `${method} came for set ${setId}, which is not begun`);
    return set;
  }

  /** GetTargetLuns and LocateLuns do not say which set they mean: it is the one being made. */
  #anySet(method: string): ShadowSet {
    if (!this.#set) throw new Refusal(hresults.badState, `${method} came before any set`);
    return this.#set;
  }

  /** Only what runs now: a set that ends later does not wait for itself. */
  #settled(): Promise<unknown> {
    return Promise.all(this.underWay().map(({ done }) => done));
  }

  /** Not for ever: what a NAS does not come to an end with stands in the journal, and a recovery takes it up. */
  #keepUntilDone(begun: Promise<unknown>): void {
    const work = begun.catch((error: unknown) => this.#context.warn(reasonOf(error)));
    const done = Promise.race([work, sleep(longestMs, undefined, { ref: false })]);
    const entry: UnderWay = { done, stays: true };
    this.#underWay.add(entry);
    void work.finally(() => this.#underWay.delete(entry));
  }
}
