import type { CoreProcess } from "../coreProcess.ts";
import { credential, type ModuleSession, startSession } from "../module/session.ts";
import type { RequestRecord } from "../sim/nas/effects.ts";
import type { NasOptions, SimulatedNas } from "../sim/nas/start.ts";
import { BareClient } from "./bareClient.ts";
import { type Measured, median, middle } from "./figure.ts";
import { startCore } from "./packagedCore.ts";
import { type Request, startRecorder } from "./recorder.ts";

/** One piece of work, done by a cmdlet, by the core alone, and by its requests alone. */
export interface Work {
  nas: NasOptions;
  cmdlet: string;
  core(core: CoreProcess): Promise<unknown>;
  /** Brings the NAS back to where it was, so that every call finds the same. */
  tidy?(nas: SimulatedNas): Promise<void>;
  rounds: number;
}

interface Call {
  ms: number;
  requests: RequestRecord[];
}

type Way = "cmdlet" | "core" | "bare";

/** .NET compiles a method anew after 30 calls, PowerShell a script block after 32: only then it is warm. */
const warmUps = 40;

/** What the cmdlet adds to its own requests, in milliseconds. All ways take turns, and must send the same requests. */
export async function sideBySide(work: Work): Promise<Measured> {
  const session = await startSession({ ...work.nas, connect: false });
  try {
    const recorded = await record(session, work);
    await session.get(`Connect-QnapNas ${session.login}; ${stopwatch}; $global:call = { ${work.cmdlet} }`);
    const ways = await openWays(session, work, recorded);
    const calls = await takeTurns(session.nas, work, ways.start);
    await ways.close();
    return summary(calls);
  } finally {
    await session.stop();
  }
}

export const stopwatch = `function global:Measure-Call([scriptblock]$Call) {
  $watch = [Diagnostics.Stopwatch]::StartNew(); $null = & $Call; $watch.Elapsed.TotalMilliseconds
}`;

/** The requests of a call on a warm session, taken down by a recorder on the way to the NAS. */
async function record(session: ModuleSession, { cmdlet, tidy }: Work): Promise<Request[]> {
  const { nas, get } = session;
  const recorder = await startRecorder(nas.http);
  await get(`Connect-QnapNas 127.0.0.1 -Port ${recorder.port} -AllowHttp -Credential ${credential(nas)}; ${cmdlet}`);
  recorder.take();
  await get(cmdlet);
  const recorded = recorder.take();
  await get("Disconnect-QnapNas 127.0.0.1");
  await recorder.stop();
  await tidy?.(nas);
  return recorded;
}

async function openWays({ nas, get }: ModuleSession, work: Work, recorded: Request[]) {
  const core = await startCore();
  await core.connect(nas);
  const bare = await BareClient.login(nas);
  let count = 0;
  const start: Record<Way, () => Promise<number>> = {
    cmdlet: async () => (await get<number>("Measure-Call $call"))[0] as number,
    core: () => timed(() => work.core(core)),
    bare: () => bare.send(recorded, freshNames(recorded, count++)),
  };
  const close = async () => {
    if (bare.connections !== 1) throw new Error(`the bare requests took ${bare.connections} connections`);
    bare.close();
    await core.stop();
  };
  return { start, close };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** A snapshot's name is used once: the recorded one is replaced by another of the same length. */
function freshNames(recorded: readonly Request[], count: number): Record<string, string> {
  const [name] = /QS_[A-Za-z0-9_.-]+/.exec(recorded.map(({ body }) => body).join()) ?? [];
  return name === undefined ? {} : { [name]: `${name.slice(0, -4)}${String(count).padStart(4, "0")}` };
}

async function takeTurns(
  nas: SimulatedNas,
  { rounds, tidy }: Work,
  start: Record<Way, () => Promise<number>>,
): Promise<Record<Way, Call>[]> {
  const results: Record<Way, Call>[] = [];
  for (let i = -warmUps; i < rounds; i++) {
    const round: Partial<Record<Way, Call>> = {};
    for (const way of inTurn(i)) {
      await nas.reset();
      const ms = await start[way]();
      round[way] = { ms, requests: await nas.requests() };
      await tidy?.(nas);
    }
    mustBeSame(round as Record<Way, Call>);
    if (i >= 0) results.push(round as Record<Way, Call>);
  }
  return results;
}

/** Each way is first, second and last equally often. */
function inTurn(round: number): Way[] {
  const ways: Way[] = ["cmdlet", "core", "bare"];
  const first = Math.abs(round) % ways.length;
  return [...ways.slice(first), ...ways.slice(0, first)];
}

function mustBeSame(round: Record<Way, Call>): void {
  const wanted = shown(round.bare);
  for (const way of ["cmdlet", "core"] as const) {
    if (shown(round[way]) !== wanted)
      throw new Error(`unequal requests.\n${way}:\n${shown(round[way])}\nbare:\n${wanted}`);
  }
}

function shown({ requests }: Call): string {
  return requests.map(({ method, path, func, status }) => `${method} ${path} ${func} ${status}`).join("\n");
}

function summary(rounds: Record<Way, Call>[]): Measured {
  const each = (way: Way) => rounds.map((round) => round[way].ms);
  const added = (way: Way) => rounds.map((round) => round[way].ms - round.bare.ms);
  const between = (way: Way) => rounds.map((round) => nasMs(round[way]) - nasMs(round.bare));
  const count = (way: Way) => median(rounds.map((round) => round[way].requests.length));
  return {
    value: median(added("cmdlet")),
    cmdletMs: middle(each("cmdlet")),
    coreMs: middle(each("core")),
    bareMs: middle(each("bare")),
    coreAddsMs: middle(added("core")),
    addedBetweenRequestsMs: middle(between("cmdlet")),
    requests: { cmdlet: count("cmdlet"), core: count("core"), bare: count("bare") },
    rounds: rounds.length,
  };
}

/** From the first request's arrival at the NAS to the last answer's departure. */
function nasMs({ requests }: Call): number {
  return (requests.at(-1)?.outMs ?? Number.NaN) - (requests[0]?.inMs ?? Number.NaN);
}
