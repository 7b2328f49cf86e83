import type { ChapAccount, TargetAccess } from "./backend.ts";
import type { TgtDaemon } from "./tgtDaemon.ts";

/** tgt numbers targets from 1, a NAS from 0. */
export const target = (targetIndex: number): string[] => ["--tid", String(targetIndex + 1)];

/** Keeps account of who may log in where: tgt has one list of CHAP accounts for all targets, a NAS has one a target. */
export interface TgtAccess {
  /** Throws where tgt cannot do what a NAS can: one CHAP user with two passwords. */
  check(targetIndex: number, access: TargetAccess): void;
  grant(targetIndex: number, access: TargetAccess): Promise<void>;
  revoke(targetIndex: number): Promise<void>;
  clear(): void;
}

export function createTgtAccess(adm: TgtDaemon["adm"]): TgtAccess {
  const granted = new Map<number, TargetAccess>();
  const others = (index: number) =>
    [...granted].filter(([key]) => key !== index).flatMap(([, value]) => accounts(value));

  const check = (index: number, access: TargetAccess): void => {
    const known = [...others(index), ...accounts(access)];
    for (const { user, password } of accounts(access)) {
      const clash = known.some((other) => other.user === user && other.password !== password);
      if (clash) throw new Error(`tgt knows one password per CHAP user, and "${user}" has another one already`);
    }
  };

  const grant = async (index: number, access: TargetAccess): Promise<void> => {
    const exist = new Set(others(index).map(({ user }) => user));
    granted.set(index, access);
    for (const { user, password } of accounts(access)) {
      if (!exist.has(user)) await adm("--op", "new", "--mode", "account", "--user", user, "--password", password);
      exist.add(user);
    }
    for (const args of bindings(access)) await adm("--op", "bind", ...target(index), ...args);
  };

  const dropUnused = async (index: number): Promise<void> => {
    const needed = new Set(others(index).map(({ user }) => user));
    const users = new Set(accounts(granted.get(index)).map(({ user }) => user));
    granted.delete(index);
    for (const user of users) {
      if (!needed.has(user)) await adm("--op", "delete", "--mode", "account", "--user", user);
    }
  };

  const revoke = async (index: number): Promise<void> => {
    const access = granted.get(index);
    // Initiators first: without CHAP and with its initiators a target would be open to all of them.
    for (const args of access ? bindings(access).reverse() : []) await adm("--op", "unbind", ...target(index), ...args);
    await dropUnused(index);
  };

  return { check, grant, revoke, clear: () => granted.clear() };
}

const accounts = (access?: TargetAccess): ChapAccount[] =>
  [access?.chap, access?.mutualChap].filter((account) => account !== undefined);

/** Accounts before initiators; a target without a bound initiator lets nobody in. */
function bindings(access: TargetAccess): string[][] {
  const { initiators, chap, mutualChap } = access;
  const names =
    initiators === "all" ? [["--initiator-address", "ALL"]] : initiators.map((iqn) => ["--initiator-name", iqn]);
  return [
    ...(chap ? [["--mode", "account", "--user", chap.user]] : []),
    ...(mutualChap ? [["--mode", "account", "--user", mutualChap.user, "--outgoing"]] : []),
    ...names.map((name) => ["--mode", "target", ...name]),
  ];
}
