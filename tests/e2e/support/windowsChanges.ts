import { expect } from "vitest";
import type { CoreProcess } from "../../coreProcess.ts";
import type { Held } from "../../sim/nas/holds.ts";
import type { Repaired } from "./repair.ts";
import { WindowsLab } from "./windowsLab.ts";

/** An operation on a LUN that Windows uses, ready to be sent, and how its honest ends look. */
export interface WindowsChange {
  lab: WindowsLab;
  core: CoreProcess;
  method: string;
  params: object;
  mustBe(told: Repaired | undefined): Promise<void>;
}

export type WindowsChangeName = keyof typeof windowsChanges;

async function start(): Promise<{ lab: WindowsLab; core: CoreProcess; snapshot: object; before: string[] }> {
  const lab = await WindowsLab.start();
  const core = await lab.connect();
  await lab.write("F:\\report", "good");
  const snapshotId = await lab.takeSnapshot(core, ["F:\\"]);
  await lab.write("F:\\report", "bad");
  return { lab, core, snapshot: { lun: { name: "data" }, snapshotId }, before: await lab.account() };
}

async function restore(): Promise<WindowsChange> {
  const { lab, core, snapshot, before } = await start();
  const mustBe = async (told: Repaired | undefined) => {
    expect(told).toMatchObject({ kind: "restoreLunSnapshot", state: expect.stringMatching(/^(Completed|Undone)$/) });
    expect(await lab.account()).toEqual(before);
    expect(await lab.read("F:\\report")).toBe(told?.state === "Completed" ? "good" : "bad");
  };
  return { lab, core, method: "restoreLunSnapshot", params: { snapshot, safetyCopy: "None" }, mustBe };
}

async function mount(): Promise<WindowsChange> {
  const { lab, core, snapshot, before } = await start();
  const mustBe = async (told: Repaired | undefined) => {
    expect(told).toMatchObject({ kind: "mountLunSnapshot", state: expect.stringMatching(/^(Completed|Undone)$/) });
    const isMounted = told?.state === "Completed";
    expect(await lab.read("C:\\check\\report")).toBe(isMounted ? "good" : undefined);
    if (isMounted) expect(await lab.account()).toHaveLength(before.length + 2);
    else expect(await lab.account()).toEqual(before);
    expect(await lab.read("F:\\report")).toBe("bad");
  };
  return { lab, core, method: "mountLunSnapshot", params: { snapshot, path: "C:\\check", name: "copy" }, mustBe };
}

async function dismount(): Promise<WindowsChange> {
  const { lab, core, snapshot, before } = await start();
  await core.call("mountLunSnapshot", { snapshot, path: "C:\\check", name: "copy" });
  const mustBe = async (told: Repaired | undefined) => {
    expect(told).toMatchObject({ kind: "dismountLunSnapshot", state: "Completed" });
    expect(await lab.account()).toEqual(before);
    expect(await lab.folder("C:\\")).toEqual([]);
  };
  return { lab, core, method: "dismountLunSnapshot", params: { lunName: "copy" }, mustBe };
}

export const windowsChanges = { restore, mount, dismount } satisfies Record<string, () => Promise<WindowsChange>>;

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
export async function momentsOf(change: WindowsChangeName): Promise<WindowsMoment[]> {
  const run = await windowsChanges[change]();
  const { lab, core, method, params } = run;
  await lab.windows.reset();
  await lab.nas.reset();
  await core.call(method, params);
  const cmdlets = (await lab.windows.calls()).map(({ cmdlet }) => cmdlet).filter((name) => !name.startsWith("Get-"));
  const requests = (await lab.nas.requests()).map(({ func }) => func).filter((func) => changingFunc.test(func));
  await end(run);
  const all = (what: WindowsMoment["what"], names: string[]) =>
    names.flatMap((name, n) =>
      (["before", "after"] as const).map((when): WindowsMoment => {
        // Every second thing that was asked for is lost, the others come late.
        const fate = when === "before" && n % 2 === 0 ? "drop" : "continue";
        const lost = fate === "drop" ? ", which is lost" : "";
        return { change, what, n, when, fate, title: `${change}: ${when} ${name} (${what} ${n + 1})${lost}` };
      }),
    );
  return [...all("windows", cmdlets), ...all("nas", requests)];
}

/** Sends the request and waits until the simulator holds it at that moment. */
export async function holdAt(
  { lab, core, method, params }: WindowsChange,
  { what, n, when }: WindowsMoment,
): Promise<Held> {
  const simulator = lab[what];
  await simulator.fault({ kind: when === "before" ? "holdBefore" : "holdAfter", skip: n });
  const code = core.code(method, params);
  const first = await Promise.race([simulator.holds(60_000), code]);
  const held = typeof first === "string" ? undefined : first[0];
  if (held === undefined) throw new Error(`it never came; the core answered ${JSON.stringify(first)}`);
  return held;
}

export async function end({ lab, core }: WindowsChange): Promise<void> {
  await core.kill();
  await lab.stop();
}
