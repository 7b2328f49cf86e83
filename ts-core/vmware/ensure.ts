import { setTimeout as pause } from "node:timers/promises";
import { QnapError } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";
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
  await step.act().catch((error: unknown) => {
    if (!(error instanceof Unconfirmed)) throw error;
  });
  const limitMs = step.settleMs ?? settleMs;
  const until = Date.now() + limitMs;
  while (!(await step.isSo())) {
    if (Date.now() > until) throw notSo(session, step, limitMs);
    await pause(lookMs);
  }
}

function notSo(session: VimSession, { what }: Step, limitMs: number): QnapError {
  const state = "It was begun and may still happen; look at vCenter's tasks.";
  return new QnapError("VmwareTimeout", { what, vcenter: session.name, seconds: limitMs / 1000, state });
}
