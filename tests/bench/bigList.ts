import type { CoreProcess } from "../coreProcess.ts";
import { type ModuleSession, startSession } from "../module/session.ts";
import type { SimulatedNas } from "../sim/nas/start.ts";
import { type Figure, type Measured, middle, round } from "./figure.ts";
import { peakMemoryMb, startCore } from "./packagedCore.ts";

const luns = 100;
const snapshotsPerLun = 100;
const rounds = 3;

export const bigList: Figure = {
  key: "d",
  title: "Peak memory of the packaged core while it lists 10,000 snapshots on 100 LUNs (hero-h5.3)",
  unit: "MB",
  goal: 150,
  measure,
};

interface Listing {
  peakMb: number;
  firstMs: number;
  lastMs: number;
}

async function measure(): Promise<Measured> {
  const session = await startSession({ profile: "hero-h5.3", luns: "", connect: false });
  try {
    await fill(session.nas);
    const [cmdlet, core]: [Listing[], Listing[]] = [[], []];
    const idle: number[] = [];
    for (let i = 0; i < rounds; i++) {
      cmdlet.push(await byCmdlet(session));
      const alone = await inCoreAlone(session.nas);
      core.push(alone);
      idle.push(alone.idleMb);
    }
    const value = Math.max(...[...cmdlet, ...core].map(({ peakMb }) => peakMb));
    return { value, powerShell: middleOf(cmdlet), coreAlone: middleOf(core), idleCoreMb: middle(idle), rounds };
  } finally {
    await session.stop();
  }
}

async function fill(nas: SimulatedNas): Promise<void> {
  for (let i = 1; i <= luns; i++) {
    const name = `lun${String(i).padStart(3, "0")}`;
    await nas.addLun({ name, sizeBytes: 1024 ** 3 });
    await nas.seedSnapshots({ lun: name, count: snapshotsPerLun });
  }
}

/** A core of its own each time: the peak is that of its whole life. */
async function byCmdlet(session: ModuleSession): Promise<Listing> {
  const [told] = await session.get<{ firstMs: number; lastMs: number; count: number; pid: number }>(`
    Connect-QnapNas ${session.login} | Out-Null
    $firstMs = $null
    $count = 0
    $watch = [Diagnostics.Stopwatch]::StartNew()
    Get-QnapLunSnapshot | ForEach-Object {
      if ($null -eq $firstMs) { $firstMs = $watch.Elapsed.TotalMilliseconds }
      $count++
    }
    $lastMs = $watch.Elapsed.TotalMilliseconds
    @{ firstMs = $firstMs; lastMs = $lastMs; count = $count; pid = & (Get-Module QnapSnapshot) { $script:Core.Process.Id } }`);
  if (!told) throw new Error("the listing told nothing");
  mustBeAll(told.count);
  const peakMb = peakMemoryMb(told.pid);
  await session.get("& (Get-Module QnapSnapshot) { Stop-QnapCore }");
  return { peakMb, firstMs: told.firstMs, lastMs: told.lastMs };
}

async function inCoreAlone(nas: SimulatedNas): Promise<Listing & { idleMb: number }> {
  const core = await startCore();
  await core.connect(nas);
  const idleMb = peakMemoryMb(core.child.pid as number);
  const startMs = performance.now();
  const first = firstRows(core).then(() => performance.now() - startMs);
  mustBeAll((await core.rows("getLunSnapshot")).length);
  const lastMs = performance.now() - startMs;
  const peakMb = peakMemoryMb(core.child.pid as number);
  await core.stop();
  return { peakMb, firstMs: await first, lastMs, idleMb };
}

function firstRows({ child: { stdout } }: CoreProcess): Promise<void> {
  return new Promise((resolve) => {
    const look = (piece: Buffer) => {
      if (!piece.includes("$/rows")) return;
      stdout?.off("data", look);
      resolve();
    };
    stdout?.on("data", look);
  });
}

function mustBeAll(count: number): void {
  if (count !== luns * snapshotsPerLun) throw new Error(`${count} snapshots were listed`);
}

function middleOf(listings: readonly Listing[]): Record<string, number> {
  const of = (name: keyof Listing) => middle(listings.map((listing) => listing[name]));
  return { peakMb: of("peakMb"), firstMs: round(of("firstMs")), lastMs: round(of("lastMs")) };
}
