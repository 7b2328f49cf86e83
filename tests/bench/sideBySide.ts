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
  core: (core: CoreProcess) => Promise<unknown>;
  /** Brings the NAS back to where it was, so that every way finds the same. */
  tidy?: (nas: SimulatedNas) => Promise<void>;
}

type Way = "cmdlet" | "core" | "bare";
/** Does the work so many times without a pause; gives the milliseconds of each. */
type Repeat = (times: number) => Promise<number[]>;

interface Turn {
  ms: number[];
  requests: RequestRecord[];
}

const callsInTurn = 8;
/** .NET compiles a method anew after 30 calls, PowerShell a script block after 32, both when there is time: seen to settle late. */
const warmUps = 15;
const rounds = 30;

/** What the cmdlet adds to its own requests, in milliseconds. All ways take turns, and must send the same requests. */
export async function sideBySide(work: Work): Promise<Measured> {
  const session = await startSession({ ...work.nas, connect: false });
  try {
    const recorded = await record(session, work);
    await session.get(`Connect-QnapNas ${session.login}; ${stopwatch}; $global:call = { ${work.cmdlet} }`);
    const ways = await openWays(session, work, recorded);
    const taken = await takeTurns(session.nas, work, ways.repeat);
    await ways.close();
    return summary(taken);
  } finally {
    await session.stop();
  }
}

export const stopwatch = `function global:Measure-Call([scriptblock]$Call, [int]$Times = 1) {
  for ($i = 0; $i -lt $Times; $i++) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $null = & $Call
    $watch.Elapsed.TotalMilliseconds
  }
}`;

/** The requests of a call on a warm session, taken down by a recorder on the way to the NAS. */
async function record(session: ModuleSession, { cmdlet, tidy }: Work): Promise<Request[]> {
  const { nas } = session;
  const recorder = await startRecorder(nas.http);
  await session.get(
    `Connect-QnapNas 127.0.0.1 -Port ${recorder.port} -AllowHttp -Credential ${credential(nas)}; ${cmdlet}`,
  );
  recorder.take();
  await session.get(cmdlet);
  const recorded = recorder.take();
  await session.get("Disconnect-QnapNas 127.0.0.1");
  await recorder.stop();
  await tidy?.(nas);
  return recorded;
}

async function openWays(session: ModuleSession, work: Work, recorded: Request[]) {
  const { nas } = session;
  const core = await startCore();
  await core.connect(nas);
  const bare = await BareClient.login(nas);
  let count = 0;
  const repeat: Record<Way, Repeat> = {
    cmdlet: (times) => session.get<number>(`Measure-Call $call ${times}`),
    core: (times) => inSequence(times, () => timed(() => work.core(core))),
    bare: (times) => inSequence(times, () => bare.send(recorded, freshNames(recorded, count++))),
  };
  const close = async () => {
    if (bare.connections !== 1) throw new Error(`the bare requests took ${bare.connections} connections`);
    bare.close();
    await core.stop();
  };
  return { repeat, close };
}

async function inSequence(times: number, once: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  for (let i = 0; i < times; i++) results.push(await once());
  return results;
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

async function takeTurns(nas: SimulatedNas, { tidy }: Work, repeat: Record<Way, Repeat>): Promise<Record<Way, Turn>[]> {
  const taken: Record<Way, Turn>[] = [];
  for (let i = -warmUps; i < rounds; i++) {
    const round: Partial<Record<Way, Turn>> = {};
    for (const way of inTurn(i)) {
      await nas.reset();
      const ms = await repeat[way](callsInTurn);
      round[way] = { ms, requests: await nas.requests() };
      await tidy?.(nas);
    }
    mustBeSame(round as Record<Way, Turn>);
    if (i >= 0) taken.push(round as Record<Way, Turn>);
  }
  return taken;
}

/** Each way is first, second and last equally often. */
function inTurn(round: number): Way[] {
  const ways: Way[] = ["cmdlet", "core", "bare"];
  const first = Math.abs(round) % ways.length;
  return [...ways.slice(first), ...ways.slice(0, first)];
}

function mustBeSame(round: Record<Way, Turn>): void {
  const wanted = shown(round.bare);
  for (const way of ["cmdlet", "core"] as const) {
    if (shown(round[way]) !== wanted)
      throw new Error(`unequal requests.\n${way}:\n${shown(round[way])}\nbare:\n${wanted}`);
  }
}

function shown({ requests }: Turn): string {
  const line = ({ method, path, func, status, result = 0 }: RequestRecord) =>
    `${method} ${path} ${func} ${status} ${result < 0 ? "refused" : "done"}`;
  return requests.map(line).join("\n");
}

function summary(taken: readonly Record<Way, Turn>[]): Measured {
  const of = (way: Way, figure: (turn: Turn) => number) => taken.map((round) => figure(round[way]));
  const added = (way: Way, figure: (turn: Turn) => number) =>
    taken.map((round) => figure(round[way]) - figure(round.bare));
  const count = (way: Way) => middle(of(way, ({ requests }) => requests.length)) / callsInTurn;
  return {
    value: median(added("cmdlet", warm)),
    cmdletMs: middle(of("cmdlet", warm)),
    coreMs: middle(of("core", warm)),
    bareMs: middle(of("bare", warm)),
    coreAddsMs: middle(added("core", warm)),
    coreAddsBetweenRequestsMs: middle(added("core", betweenRequestsMs)),
    addsAfterPauseMs: middle(added("cmdlet", afterPause)),
    requests: { cmdlet: count("cmdlet"), core: count("core"), bare: count("bare") },
    calls: rounds * callsInTurn,
  };
}

/** A call right after another; the first of a turn comes after a pause, while other processes had the machine. */
function warm({ ms }: Turn): number {
  return median(ms.slice(1));
}

function afterPause({ ms }: Turn): number {
  return ms[0] as number;
}

/** How long a NAS waits in a call for the next request, from the first to the last. */
function betweenRequestsMs({ requests }: Turn): number {
  const perCall = requests.length / callsInTurn;
  const waits = requests.map(({ inMs }, i) => (i % perCall === 0 ? 0 : inMs - (requests[i - 1]?.outMs ?? inMs)));
  return waits.reduce((sum, wait) => sum + wait, 0) / callsInTurn;
}
