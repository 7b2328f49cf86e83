import { expect } from "vitest";
import type { CoreProcess } from "../../coreProcess.ts";
import type { Account, Change } from "./changes.ts";
import type { Lab } from "./lab.ts";

export interface Repaired {
  operationId: string;
  kind: string;
  state: string;
  outcome: string;
}

/** What was there before: the NAS by its own account, and which LUN has which NAA. */
export interface Before {
  account: Account;
  naas: Record<string, string>;
}

export async function lookBefore(lab: Lab): Promise<Before> {
  return { account: await lab.account(), naas: await lab.naas() };
}

/** The outcome that was told is the true one: done whole, or as before; nothing in between, nothing left over. */
export async function mustBeTrue(lab: Lab, change: Change, before: Before, told: Repaired | undefined): Promise<void> {
  expect(told).toMatchObject({ kind: change.method, state: expect.stringMatching(/^(Completed|Undone)$/) });
  const { operationId = "", state } = told ?? {};
  const expected = state === "Completed" ? change.done(before.account) : before.account;
  expect(await lab.account(operationId)).toEqual(expected);
  const naas = await lab.naas();
  for (const [name, naa] of Object.entries(before.naas)) if (naas[name] !== undefined) expect(naas[name]).toBe(naa);
}

/** Told the same to everybody, and every snapshot and clone of ours that is left is on record. */
export async function mustBeSettled(core: CoreProcess, told: Repaired | undefined): Promise<void> {
  expect(await core.rows("getOperation", { unfinished: true })).toEqual([]);
  expect(await core.rows("getOperation", { operationId: told?.operationId })).toEqual([told]);
  for (const row of await core.rows("getLunSnapshot")) expect(row).toMatchObject({ ours: true });
  for (const { name } of await core.rows<{ name: string }>("getLun")) {
    if (/^(QS_|copy$)/.test(name)) expect(await core.code("removeLunClone", { lun: { name } })).toBe("no error");
  }
}
