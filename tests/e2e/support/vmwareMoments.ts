import type { Held } from "../../sim/nas/holds.ts";
import type { VcenterFault } from "../../sim/vcenter/view.ts";
import { type VmwareChange, type VmwareChangeName, vmwareChanges } from "./vmwareChanges.ts";
import type { VmwareLab } from "./vmwareLab.ts";

/** Where an operation is stopped: at the n-th thing of its kind that changes something. */
export interface VmwareMoment {
  change: VmwareChangeName;
  /** What is held: a request to vCenter, a task of vCenter, a request to the NAS. */
  what: "request" | "task" | "nas";
  n: number;
  when: "before" | "after";
  /** What becomes of what is held: it goes on without its sender, or never takes effect. */
  fate: "continue" | "drop";
  title: string;
}

const changing = /^(create_|recover_|edit_)/;
/** What the simulator's faults take for a change: no log-in, no look, no rescan, nothing over REST. */
const changingCall =
  /^(CreateSnapshot|RemoveSnapshot|RevertTo|Power|Shutdown|Unregister|Register|Unmount|Mount|Detach|Attach|Resolve|SetField|SetEntity|Reconfigure|Consolidate)/;

/** Every moment of an operation, by the simulators' account of a clean run. */
export async function momentsOf(change: VmwareChangeName): Promise<VmwareMoment[]> {
  const run = await vmwareChanges[change]();
  const { lab, core, method, params } = run;
  await lab.vcenter.reset();
  await lab.nas.reset();
  await core.call(method, params);
  const requests = (await lab.vcenter.requests()).filter((one) => changingCall.test(one.method));
  const tasks = requests.filter((one) => one.method.endsWith("_Task"));
  const nas = (await lab.nas.requests()).filter(({ func }) => changing.test(func));
  await end(run);
  const all = (what: VmwareMoment["what"], names: string[], ways: [VmwareMoment["when"], VmwareMoment["fate"]][]) =>
    names.flatMap((name, n) =>
      ways.map(([when, fate]): VmwareMoment => {
        const lost = fate === "drop" ? ", which is lost" : "";
        return { change, what, n, when, fate, title: `${change}: ${when} ${what} ${n + 1} (${name})${lost}` };
      }),
    );
  const sent: [VmwareMoment["when"], VmwareMoment["fate"]][] = [
    ["before", "continue"],
    ["before", "drop"],
    ["after", "continue"],
  ];
  return [
    ...all(
      "request",
      requests.map((one) => one.method),
      sent,
    ),
    ...all(
      "task",
      tasks.map((one) => one.method),
      [
        ["before", "continue"],
        ["after", "continue"],
      ],
    ),
    ...all(
      "nas",
      nas.map(({ func }) => func),
      sent,
    ),
  ];
}

/** Sends the request and waits until the simulator holds it at that moment; `code` is what the core answers in the end. */
export async function holdAt(
  { lab, core, method, params }: VmwareChange,
  { what, n, when }: VmwareMoment,
): Promise<{ held: number; code: Promise<string> }> {
  const kind = `${what === "task" ? "taskHold" : "hold"}${when === "before" ? "Before" : "After"}`;
  await simulatorOf(lab, what).fault({ kind, skip: n } as VcenterFault & { kind: "holdBefore" });
  const code = core.code(method, params);
  const first = await Promise.race([simulatorOf(lab, what).holds(240_000), code]);
  const held = typeof first === "string" ? undefined : (first[0] as Held | undefined);
  if (held === undefined) throw new Error(`it never came; the core answered ${JSON.stringify(first)}`);
  return { held: held.id, code };
}

export function simulatorOf({ nas, vcenter }: VmwareLab, what: VmwareMoment["what"]) {
  return what === "nas" ? nas : vcenter;
}

export async function end({ lab, core }: VmwareChange): Promise<void> {
  await core.kill();
  await lab.stop();
}
