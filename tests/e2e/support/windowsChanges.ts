import { expect } from "vitest";
import type { CoreProcess } from "../../coreProcess.ts";
import type { Held } from "../../sim/nas/holds.ts";
import type { Repaired } from "./repair.ts";
import { WindowsLab } from "./windowsLab.ts";

/** A lab with a snapshot that holds `good`, used for one case after the other: each leaves it as it was. */
export interface Bench {
  lab: WindowsLab;
  snapshot: object;
  before: string[];
}

const idle: Bench[] = [];

export async function withBench<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const bench = idle.pop() ?? (await startBench());
  try {
    await bench.lab.write("F:\\report", "bad");
    const result = await work(bench);
    expect(await bench.lab.account()).toEqual(bench.before);
    idle.push(bench);
    return result;
  } catch (error) {
    await bench.lab.stop();
    throw error;
  }
}

export async function stopBenches(): Promise<void> {
  await Promise.all(idle.splice(0).map(({ lab }) => lab.stop()));
}

async function startBench(): Promise<Bench> {
  const lab = await WindowsLab.start();
  const core = await lab.connect();
  await lab.write("F:\\report", "good");
  const snapshotId = await lab.takeSnapshot(core, ["F:\\"]);
  await core.stop();
  return { lab, snapshot: { lun: { name: "data" }, snapshotId }, before: await lab.account() };
}

/** An operation on a LUN that Windows uses, and how its honest ends look. */
interface WindowsChange {
  method: string;
  params(bench: Bench): object;
  prepare?(core: CoreProcess, bench: Bench): Promise<unknown>;
  mustBe(told: Repaired | undefined, core: CoreProcess, bench: Bench): Promise<void>;
}

const mounting = ({ snapshot }: Bench) => ({ snapshot, path: "C:\\check", name: "copy" });
const doneOrNot = { state: expect.stringMatching(/^(Completed|Undone)$/) as string };

export const windowsChanges = {
  restore: {
    method: "restoreLunSnapshot",
    params: ({ snapshot }) => ({ snapshot, safetyCopy: "None" }),
    mustBe: async (told, _, { lab }) => {
      expect(told).toMatchObject({ kind: "restoreLunSnapshot", ...doneOrNot });
      expect(await lab.read("F:\\report")).toBe(told?.state === "Completed" ? "good" : "bad");
    },
  },
  mount: {
    method: "mountLunSnapshot",
    params: mounting,
    mustBe: async (told, core, { lab }) => {
      expect(told).toMatchObject({ kind: "mountLunSnapshot", ...doneOrNot });
      expect(await lab.read("F:\\report")).toBe("bad");
      const isMounted = told?.state === "Completed";
      expect(await lab.read("C:\\check\\report")).toBe(isMounted ? "good" : undefined);
      if (isMounted) await core.call("dismountLunSnapshot", { lunName: "copy" });
    },
  },
  dismount: {
    method: "dismountLunSnapshot",
    params: () => ({ lunName: "copy" }),
    prepare: (core, bench) => core.call("mountLunSnapshot", mounting(bench)),
    mustBe: async (told, _, { lab }) => {
      expect(told).toMatchObject({ kind: "dismountLunSnapshot", state: "Completed" });
      expect(await lab.folder("C:\\")).toEqual([]);
    },
  },
} satisfies Record<string, WindowsChange>;

export type WindowsChangeName = keyof typeof windowsChanges;

/** Where an operation is stopped: at the n-th thing of its kind that changes something. */
export interface WindowsMoment {
  change: WindowsChangeName;
  what: "windows" | "nas";
  n: number;
  when: "before" | "after";
  /** What becomes of what is held: it goes on without its sender, or never takes effect. */
  fate: "continue" | "drop";
  title: string;
}

const changingFunc = /^(clone_|recover_|edit_|remove_|add_)/;

/** The moments of an operation, by the simulators' account of a clean run: before each change, and after it. */
export function momentsOf(change: WindowsChangeName): Promise<WindowsMoment[]> {
  return withBench(async (bench) => {
    const { lab } = bench;
    const doomed: WindowsChange = windowsChanges[change];
    const core = await lab.connect();
    await doomed.prepare?.(core, bench);
    await lab.windows.reset();
    await lab.nas.reset();
    await core.call(doomed.method, doomed.params(bench));
    const cmdlets = (await lab.windows.calls()).map(({ cmdlet }) => cmdlet).filter((name) => !name.startsWith("Get-"));
    const requests = (await lab.nas.requests()).map(({ func }) => func).filter((func) => changingFunc.test(func));
    if (change === "mount") await core.call("dismountLunSnapshot", { lunName: "copy" });
    await core.stop();
    return [...momentsAt(change, "windows", cmdlets), ...momentsAt(change, "nas", requests)];
  });
}

/** Every second thing that was asked for is lost, the others come late. */
function momentsAt(change: WindowsChangeName, what: WindowsMoment["what"], names: string[]): WindowsMoment[] {
  return names.flatMap((name, n) =>
    (["before", "after"] as const).map((when): WindowsMoment => {
      const fate = when === "before" && n % 2 === 0 ? "drop" : "continue";
      const lost = fate === "drop" ? ", which is lost" : "";
      return { change, what, n, when, fate, title: `${change}: ${when} ${name} (${what} ${n + 1})${lost}` };
    }),
  );
}

/** Kills the core at that moment, as a crash or a power failure would, and has the next one settle it. */
export function killAndRepair({ change, what, n, when, fate }: WindowsMoment): Promise<void> {
  return withBench(async (bench) => {
    const { lab } = bench;
    const { method, params, prepare, mustBe }: WindowsChange = windowsChanges[change];
    const doomed = await lab.connect();
    await prepare?.(doomed, bench);
    await lab[what].fault({ kind: when === "before" ? "holdBefore" : "holdAfter", skip: n });
    const { id } = await firstHold(lab[what].holds(240_000), doomed.code(method, params(bench)));
    await doomed.kill();
    await lab[what].clearFaults();
    await lab[what].release(id, fate);
    const core = await lab.connect(doomed.home);
    const [repaired] = await core.rows<Repaired>("repairOperation");
    await mustBe(repaired, core, bench);
    expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
    await core.stop();
  });
}

async function firstHold(holds: Promise<Held[]>, code: Promise<string>): Promise<Held> {
  const first = await Promise.race([holds, code]);
  const held = typeof first === "string" ? undefined : first[0];
  if (held === undefined) throw new Error(`it never came; the core answered ${JSON.stringify(first)}`);
  return held;
}
