import { type ModuleSession, startSession } from "../module/session.ts";
import type { ProfileName } from "../sim/nas/profiles.ts";
import { type Figure, type Measured, middle } from "./figure.ts";
import { stopwatch } from "./sideBySide.ts";

const luns = 16;
const latencyMs = 300;
const warmUps = 1;

export const lunSet: Figure = {
  key: "e",
  title:
    "One snapshot on each of 16 LUNs, against one snapshot, at 300 ms NAS latency (hero-h5.3; New-QnapLunSnapshot)",
  unit: "times",
  goal: 1.2,
  measure: async () => ({
    ...(await againstOne("hero-h5.3", 7)),
    serialising: { profile: "qts-5.2", ...(await againstOne("qts-5.2", 3)) },
  }),
};

async function againstOne(profile: ProfileName, rounds: number): Promise<Measured> {
  const names = Array.from({ length: luns }, (_, i) => `lun${i + 1}`);
  const session = await startSession({ profile, luns: names.map((name) => `${name}:1`).join() });
  try {
    await session.get(`${stopwatch}
      $global:luns = @(Get-QnapLun)
      $global:one = { New-QnapLunSnapshot $luns[0] }
      $global:all = { $luns | New-QnapLunSnapshot }`);
    await session.nas.quirk("latencyMs", latencyMs);
    return await takeTurns(session, rounds);
  } finally {
    // Or the log-out would take its time as well.
    await session.nas.quirk("latencyMs", 0);
    await session.stop();
  }
}

async function takeTurns(session: ModuleSession, rounds: number): Promise<Measured> {
  const [one, all]: [Timed[], Timed[]] = [[], []];
  for (let i = -warmUps; i < rounds; i++) {
    const single = await timed(session, "$one", 1);
    const set = await timed(session, "$all", luns);
    if (i < 0) continue;
    one.push(single);
    all.push(set);
  }
  return {
    value: middle(all.map(({ ms }, i) => ms / (one[i] as Timed).ms)),
    oneMs: middle(one.map(({ ms }) => ms)),
    setMs: middle(all.map(({ ms }) => ms)),
    requests: { one: middle(one.map(({ requests }) => requests)), set: middle(all.map(({ requests }) => requests)) },
    rounds,
  };
}

interface Timed {
  ms: number;
  requests: number;
}

async function timed(session: ModuleSession, call: string, snapshots: number): Promise<Timed> {
  const { nas } = session;
  await nas.reset();
  const [ms] = await session.get<number>(`Measure-Call ${call}`);
  const made = (await nas.effects()).filter(({ kind }) => kind === "snapshot.create").length;
  if (ms === undefined || made !== snapshots) throw new Error(`${made} of ${snapshots} snapshots were made`);
  return { ms, requests: (await nas.requests()).length };
}
