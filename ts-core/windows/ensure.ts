import { setTimeout as pause } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";

/** Windows shows what was done a little later: disks and volumes come by plug and play. */
const settleMs = 60_000;
const lookMs = 500;

export interface Step {
  /** For messages: what is to be so. */
  what: string;
  isSo(): Promise<boolean>;
  act(): Promise<unknown>;
  /** How long it may take to be seen. */
  withinMs?: number;
}

/**
 * Looks, acts where it is not so yet, and looks again until it is. So every step may be repeated after an interruption, and a call
 * without an answer is judged by what it did.
 */
export async function ensure({ what, isSo, act, withinMs = settleMs }: Step): Promise<void> {
  if (await isSo()) return;
  const failure = await act().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure !== undefined && !(failure instanceof Unconfirmed)) {
    // What it is refused with may only be that a call of a dead process came first.
    if (await isSo()) return;
    throw failure;
  }
  for (const end = Date.now() + withinMs; !(await isSo()); await pause(lookMs)) {
    if (Date.now() > end) throw new QnapError("WindowsNotDone", { what, seconds: withinMs / 1000 });
  }
}
