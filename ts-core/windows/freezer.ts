import { dirname, join } from "node:path";
import { isSea } from "node:sea";
import { isCode, QnapError } from "../errors.ts";
import { poll } from "../nas/jobs.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import type { Evidence, FreezeRequest, Freezer, FrozenSet } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import { asCrash } from "../snapshots/evidence.ts";
import { vssError } from "../vss/failures.ts";
import { errorOf, type Intent, type Intents, type Outcome } from "../vss/intents.ts";
import { type Ending, Requestor, type SetRequest } from "../vss/requestor.ts";
import { frozenEvidence, hyperVWriter } from "./frozenLabels.ts";
import { asTheyAre, type WindowsHold } from "./holdRecord.ts";
import type { HostSession } from "./powershell.ts";

/** The provider tells after the thaw, and after an abort when it has cleaned up. */
const outcomeMs = 10_000;

/** Freezes this Windows through VSS: its coordinator calls our provider, another process, which asks the NAS. */
export class VssFreezer implements Freezer {
  readonly #host: HostSession;
  readonly #intents: Intents;

  constructor(host: HostSession, intents: Intents) {
    this.#host = host;
    this.#intents = intents;
  }

  async freeze(request: FreezeRequest, context: Context): Promise<FrozenSet> {
    const holds = request.holds as WindowsHold[];
    context.progress({ activity: "Taking snapshots", status: "Waiting for VSS writers to get ready" });
    const requestor = await Requestor.start(requestorPath(), setOf(holds));
    try {
      const prepared = await requestor.prepared(context.signal);
      if (prepared.event !== "set") throw vssError(prepared);
      return await this.#create(prepared.setId, requestor, request, context);
    } finally {
      await requestor.end();
    }
  }

  async #create(setId: string, requestor: Requestor, request: FreezeRequest, context: Context): Promise<FrozenSet> {
    const { operationId, snapshots } = request;
    const intent = { setId, operationId, snapshots };
    await this.#intents.store(intent);
    try {
      if (context.signal.aborted) throw new QnapError("Cancelled", { state: "Nothing was frozen." });
      const ending = await requestor.create().catch((error: unknown) => error as Error);
      await requestor.end();
      const outcome = await this.#outcome(setId, operationId);
      return frozenSet(
        { ...request, holds: await asTheyAre(this.#host, request.holds as WindowsHold[]) },
        ending,
        outcome,
      );
    } finally {
      await this.#forget(intent);
    }
  }

  /** A provider that is not through yet must not take the set for another program's. */
  async #forget(intent: Intent): Promise<void> {
    if (await this.#intents.outcome(intent.setId)) await this.#intents.remove(intent.setId);
    else await this.#intents.withdraw(intent);
  }

  async #outcome(setId: string, operationId: string): Promise<Outcome | undefined> {
    const outcome = await poll(outcomeMs, () => this.#intents.outcome(setId));
    return outcome?.operationId === operationId ? outcome : undefined;
  }
}

function setOf(holds: readonly WindowsHold[]): SetRequest {
  return {
    volumes: [...new Set(holds.flatMap(({ volumes }) => volumes))],
    excludedWriters: holds.some(({ hyperVCheckpoint }) => hyperVCheckpoint === "Memory") ? [hyperVWriter] : [],
    backupType: "Copy",
    transportable: true,
    persistent: false,
  };
}

function frozenSet({ snapshots, holds }: FreezeRequest, ending: Ending | Error, outcome?: Outcome): FrozenSet {
  const refusal = refusalOf(ending, outcome);
  const failures = snapshots.flatMap(({ naa }): [string, unknown][] => {
    const failure = failureOf(naa, outcome) ?? refusal;
    return failure === undefined ? [] : [[naa, failure]];
  });
  return {
    failures: new Map(failures),
    skewMs: outcome?.skewMs ?? 0,
    ...(refusal === undefined ? {} : { refusal }),
    evidence: new Map((holds as WindowsHold[]).map((hold) => [hold.naa, evidenceOf(hold, ending, outcome)])),
  };
}

/** Why the set does not count. What the NAS itself refused comes first: all else follows from it. */
function refusalOf(ending: Ending | Error, outcome: Outcome | undefined): Error | undefined {
  if (!(ending instanceof Error) && ending.event === "done") return undefined;
  const told = outcome?.luns.flatMap(({ failure }) => failure ?? []) ?? [];
  const ofNas = told.find(({ code }) => !ofProvider.includes(code));
  if (ofNas) return errorOf(ofNas);
  return ending instanceof Error ? ending : vssError(ending, told.find(({ code }) => code !== "Cancelled")?.message);
}

/** Its own refusals, requests that it kept back as another one had failed, and those that it could not wait for. */
const ofProvider = ["Internal", "Cancelled", "Unconfirmed"];

/** How the NAS may have taken one request although the set was refused; undefined: it said yes, or nothing can come of it. */
function failureOf(naa: string, outcome: Outcome | undefined): Error | undefined {
  if (outcome === undefined) return new Unconfirmed("create snapshot", "the VSS provider left no outcome");
  const lun = outcome.luns.find((one) => one.naa === naa);
  if (outcome.state === "Committed" && !lun) return new Unconfirmed("create snapshot", "the VSS provider did not ask");
  const failure = lun?.failure && errorOf(lun.failure);
  return failure instanceof Unconfirmed || isCode(failure, "NasError") ? failure : undefined;
}

/** The provider answers VSS only once every NAS has answered, and only then are the volumes thawed. */
function evidenceOf(hold: WindowsHold, ending: Ending | Error, outcome: Outcome | undefined): Evidence {
  const writers = ending instanceof Error ? [] : ending.writers;
  const evidence = frozenEvidence(hold, writers, outcome?.frozenMs ?? 0);
  const inTime =
    outcome?.state === "Committed" && outcome.luns.some(({ naa, failure }) => naa === hold.naa && !failure);
  return inTime ? evidence : asCrash(evidence, "that the NAS answered before the thaw is not on record");
}

/** Beside the core, unless another one is configured. */
function requestorPath(): string {
  const { QNAP_SNAPSHOT_VSS_REQUESTOR: configured } = process.env;
  if (configured) return configured;
  const folder = isSea() ? dirname(process.execPath) : join(import.meta.dirname, "../../module/bin/win-x64");
  return join(folder, "qnap-vss-requestor.exe");
}
