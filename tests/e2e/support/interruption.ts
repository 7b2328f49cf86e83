import type { CoreProcess } from "../../coreProcess.ts";
import type { Change } from "./changes.ts";
import type { Lab } from "./lab.ts";

/** Where a core is stopped: before the NAS does what the n-th changing request asks for, or after it and before the answer. */
export interface Moment {
  n: number;
  when: "before" | "after";
  /** What becomes of the request on the NAS: it goes on without its sender, or never takes effect. */
  fate: "continue" | "drop";
}

interface Held {
  held: number;
  /** The error code that the core answers in the end; "no error", or "CoreEnded" when it was killed. */
  answer: Promise<string>;
}

/** Sends the request and waits until the NAS holds it at that moment. */
export async function holdAt(lab: Lab, core: CoreProcess, change: Change, { n, when }: Moment): Promise<Held> {
  await lab.nas.fault({ kind: when === "before" ? "holdBefore" : "holdAfter", skip: n });
  const answer = core.code(change.method, change.params);
  const first = await Promise.race([lab.nas.holds(240_000), answer]);
  const held = typeof first === "string" ? undefined : first[0];
  if (!held)
    throw new Error(`request ${n} never came; the core answered ${typeof first === "string" ? first : "nothing"}`);
  return { held: held.id, answer };
}

/** Kills the core at that moment, as a crash or a power failure would. */
export async function killAt(lab: Lab, core: CoreProcess, change: Change, moment: Moment): Promise<void> {
  const { held } = await holdAt(lab, core, change, moment);
  await core.kill();
  await lab.nas.clearFaults();
  await lab.nas.release(held, moment.fate);
}
