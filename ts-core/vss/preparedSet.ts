import type { NasSnapshot } from "../nas/snapshots.ts";
import type { Context } from "../rpc/operation.ts";
import { lookUntilSettled } from "../snapshots/recoverSet.ts";
import { aloneOnLuns } from "../snapshots/recovery.ts";
import { endCompleted, recordShadowCopies, undoShadowCopies } from "../snapshots/shadowCopy.ts";
import { type Asked, ask, type Planned } from "../snapshots/snapshotSet.ts";
import { Connections } from "./connections.ts";
import { isPersistent, isTransportable } from "./contexts.ts";
import { within } from "./deadline.ts";
import { giveUp } from "./giveUp.ts";
import { hresults, Refusal } from "./hresults.ts";
import { Imports, mustImport } from "./imports.ts";
import type { KnownLuns } from "./knownLuns.ts";
import { outcomeOf, refused } from "./outcome.ts";
import { commitMs, mustBeAlive, mustFit, type Prepared, prepareIntended, prepareOwn } from "./prepare.ts";
import { syntheticLun } from "./targetLuns.ts";
import { mustHaveNaa, type VssLun } from "./wire.ts";

/** From the NAS's answer until the snapshot shows. */
const appearMs = 30_000;

export interface Wanted {
  setId: string;
  naas: readonly string[];
  /** VSS_VOLUME_SNAPSHOT_ATTRIBUTES. */
  vssContext: number;
}

/** A set whose LUNs are ours alone: what each callback does. In which order they come is for ShadowSet. */
export class PreparedSet {
  readonly #wanted: Wanted;
  readonly #prepared: Prepared;
  readonly #connections: Connections;
  readonly #imports: Imports | undefined;
  readonly #context: Context;
  #requests: Asked[] = [];
  #answered: Promise<unknown> = Promise.resolve();
  #found: Promise<NasSnapshot[]> | undefined;
  #armedAtMs = performance.now();
  #state: "Open" | "Final" | "Finished" = "Open";

  private constructor(wanted: Wanted, prepared: Prepared, context: Context) {
    this.#wanted = wanted;
    this.#prepared = prepared;
    this.#connections = new Connections(prepared.planned);
    this.#context = context;
    const { log } = prepared;
    if (log && !isTransportable(wanted.vssContext))
      this.#imports = new Imports(log, isPersistent(wanted.vssContext), context);
  }

  /** Everything that CommitSnapshots will need. What is refused leaves nothing behind. */
  static async open(wanted: Wanted, known: KnownLuns, context: Context): Promise<PreparedSet> {
    const located = await Promise.all(wanted.naas.map((naa) => known.mustLocate(naa)));
    await known.atRest();
    const prepared =
      (await prepareIntended(wanted.setId, located, context)) ?? (await prepareOwn(wanted.setId, located, context));
    const set = new PreparedSet(wanted, prepared, context);
    try {
      await set.#announce();
      return set;
    } catch (error) {
      set.#requests = refused(prepared.planned, error);
      await set.giveUp();
      throw error;
    }
  }

  async #announce(): Promise<void> {
    const { planned, log } = this.#prepared;
    if (!log && !isTransportable(this.#wanted.vssContext))
      throw new Refusal(hresults.unsupportedContext, "a set that newLunSnapshot starts is transportable");
    await mustFit(planned, this.#connections, this.#context);
    if (this.#imports) await mustImportAll(planned, this.#context);
    await log?.add("create", { snapshots: planned.map(({ plan }) => plan) });
  }

  /** The NAS are there, and from here on nothing is written to a disk. */
  async arm(): Promise<void> {
    this.#armedAtMs = performance.now();
    const { log, operationId } = this.#prepared;
    if (!log) await mustBeAlive(operationId, this.#context);
    await this.#connections.check();
    this.#connections.arm();
  }

  /** Only the requests to the NAS: all writes of this host are held while they are under way. */
  async ask(): Promise<void> {
    const stop = new AbortController();
    const failed = new Promise<never>((_, reject) => {
      stop.signal.addEventListener("abort", () => reject(stop.signal.reason as Error));
    });
    const { requests, answered } = ask(this.#prepared.planned, stop);
    this.#requests = requests;
    this.#answered = answered;
    try {
      await within(commitMs, Promise.race([answered, failed]));
    } finally {
      stop.abort();
    }
  }

  /** The writes go on. What the NAS said is on the disk; whether it is true is looked at meanwhile. */
  async confirm(): Promise<void> {
    this.#connections.close();
    const { log, planned } = this.#prepared;
    if (!log) return this.#tell("Committed");
    await log.add("committed", { frozenMs: this.#frozenMs });
    this.#found = seeAll(planned);
    this.#found.catch(() => undefined);
  }

  /** Under which identity VSS will look for the shadow copy of a LUN. */
  async target(lun: VssLun): Promise<VssLun> {
    const { planned, operationId } = this.#prepared;
    const naa = mustHaveNaa(lun);
    const index = planned.findIndex((each) => each.lun.naa === naa);
    const original = planned[index];
    if (!original) throw new Refusal(hresults.invalidArgument, `LUN ${naa} is not in the set`);
    const snapshot = (await this.#found)?.[index];
    if (!this.#imports || !snapshot) return syntheticLun(lun, `${operationId}-${naa}`);
    return this.#imports.target(original, snapshot, lun);
  }

  /** A transportable shadow copy is shown to no host: Mount-QnapLunSnapshot does that. */
  get isShown(): boolean {
    return this.#imports !== undefined;
  }

  async show(lun: VssLun): Promise<void> {
    await this.#imports?.show(mustHaveNaa(lun));
    if (this.#state === "Final") await this.#finishIfWhole();
  }

  /** VSS has finished the set; where it shows the shadow copies only afterwards, it is whole once they are shown. */
  async final(): Promise<void> {
    this.#state = "Final";
    await this.#finishIfWhole();
  }

  async #finishIfWhole(): Promise<void> {
    const { planned } = this.#prepared;
    if (!this.#imports || this.#imports.shownCount === planned.length) await this.finish();
  }

  /** Its snapshots are on record, like any other of ours. */
  async finish(): Promise<void> {
    const { log, planned } = this.#prepared;
    if (log) {
      await recordShadowCopies(planned, (await this.#found) ?? [], log, this.#context);
      await endCompleted(log);
    }
    this.#state = "Finished";
    await this.#prepared.release();
  }

  /** Nothing is left of it, unless it is finished. With an intent, that is for newLunSnapshot to see to, which is told. */
  async giveUp(): Promise<void> {
    this.#connections.close();
    if (this.#state === "Finished") return;
    const { log } = this.#prepared;
    try {
      if (log) await giveUp(log, this.#requests, this.#answered, this.#context);
      else await this.#tell("Aborted");
    } finally {
      await this.#prepared.release();
    }
  }

  /** VSS gives up what was finished, as somebody else's part of it failed. */
  async takeBack(): Promise<void> {
    const { log: own, operationId } = this.#prepared;
    const log = own && this.#state === "Finished" && (await this.#context.machine.journal.resume(operationId));
    if (!log) return;
    try {
      await aloneOnLuns(log, this.#context, () => undoShadowCopies(log, 0, this.#context));
    } finally {
      await log.release();
    }
  }

  /** From PreCommitSnapshots on: the writers were frozen for longer, the volumes for less. */
  get #frozenMs(): number {
    return Math.round(performance.now() - this.#armedAtMs);
  }

  async #tell(state: "Committed" | "Aborted"): Promise<void> {
    const { operationId } = this.#prepared;
    const about = { setId: this.#wanted.setId, operationId, state, frozenMs: this.#frozenMs };
    const outcome = outcomeOf(about, this.#requests);
    await this.#context.machine.intents.storeOutcome(outcome);
  }
}

async function mustImportAll(planned: readonly Planned[], context: Context): Promise<void> {
  for (const nas of new Set(planned.map((each) => each.nas)))
    await mustImport(
      planned.filter((each) => each.nas === nas),
      context,
    );
}

async function seeAll(planned: readonly Planned[]): Promise<NasSnapshot[]> {
  const found = await lookUntilSettled(planned, appearMs);
  const missing = planned.find((_, index) => found[index] === undefined);
  if (!missing) return found as NasSnapshot[];
  const { nas, plan } = missing;
  throw new Refusal(hresults.veto, `${nas.name} said yes, but snapshot '${plan.spec.name}' does not show`);
}
