import { setTimeout as pause } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
import { isFault } from "./faults.ts";
import type { VimSession } from "./session.ts";

/** vCenter learns of what a host did a little later. */
const settleMs = 30_000;
const lookMs = 500;
const againMs = 5_000;

export interface Step {
  /** For messages: what is to be so. */
  what: string;
  isSo(): Promise<boolean>;
  act(): Promise<unknown>;
}

/**
 * Looks, acts where it is not so yet, and looks again until it is. So every step may be repeated after an interruption, and a
 * call without an answer is judged by what it did; where that is nothing after a while, it is sent again.
 */
export async function ensure(session: VimSession, step: Step): Promise<void> {
  if (await step.isSo()) return;
  let failure = await begin(step);
  if (failure !== undefined && !mayPass(failure)) throw failure;
  const from = Date.now();
  for (let sent = from; !(await step.isSo()); ) {
    if (Date.now() > from + settleMs)
      throw failure === undefined || isUnclear(failure) ? notSo(session, step) : failure;
    await pause(lookMs);
    if (!mayPass(failure) || (isUnclear(failure) && Date.now() < sent + againMs)) continue;
    // What it is refused with now may only be that the first call has been at work all the time.
    failure = await begin(step);
    sent = Date.now();
  }
}

function begin({ act }: Step): Promise<unknown> {
  return act().then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Something else is being done to it just now, or there was no answer. */
function mayPass(failure: unknown): boolean {
  return isFault(failure, "TaskInProgress") || isUnclear(failure);
}

/** Without an answer, or a task that takes longer than we wait: it may have been done. */
export function isUnclear(error: unknown): boolean {
  return error instanceof Unconfirmed || (error instanceof Error && error.name === "TimeoutError");
}

function notSo(session: VimSession, { what }: Step): QnapError {
  const state = "It was begun and may still happen; look at vCenter's tasks.";
  return new QnapError("VmwareTimeout", { what, vcenter: session.name, seconds: settleMs / 1000, state });
}
