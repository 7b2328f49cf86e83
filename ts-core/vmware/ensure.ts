import { setTimeout as pause } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { isFault, type VimFault } from "./faults.ts";
import type { VimSession } from "./session.ts";

/** vCenter learns of what a host did a little later. */
const settleMs = 30_000;
const lookMs = 500;

export interface Step {
  /** For messages: what is to be so. */
  what: string;
  isSo(): Promise<boolean>;
  act(): Promise<unknown>;
  settleMs?: number;
}

/**
 * Looks, acts where it is not so yet, and looks again until it is. So every step may be repeated after an interruption, and a
 * call without an answer is judged by what it did.
 */
export async function ensure(session: VimSession, step: Step): Promise<void> {
  if (await step.isSo()) return;
  let inTheWay = await begin(step);
  const limitMs = step.settleMs ?? settleMs;
  const until = Date.now() + limitMs;
  while (!(await step.isSo())) {
    if (Date.now() > until) throw inTheWay ?? notSo(session, step, limitMs);
    await pause(lookMs);
    if (inTheWay) inTheWay = await begin(step);
  }
}

/** Gives the fault that says that something else is being done to it just now: then nothing was begun. */
async function begin({ act }: Step): Promise<VimFault | undefined> {
  try {
    await act();
  } catch (error) {
    if (isFault(error, "TaskInProgress")) return error;
    if (!isUnclear(error)) throw error;
  }
  return undefined;
}

/** Without an answer, or a task that takes longer than we wait: it may have been done. */
export function isUnclear(error: unknown): boolean {
  return error instanceof Unconfirmed || (error instanceof Error && error.name === "TimeoutError");
}

function notSo(session: VimSession, { what }: Step, limitMs: number): QnapError {
  const state = "It was begun and may still happen; look at vCenter's tasks.";
  return new QnapError("VmwareTimeout", { what, vcenter: session.name, seconds: limitMs / 1000, state });
}
