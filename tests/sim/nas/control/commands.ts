import type { FaultRequest } from "../faults.ts";
import { snapshotsOf, volumeOf } from "../model/find.ts";
import { removeVolume } from "../model/luns.ts";
import { type SeedLun, type SeedSnapshots, seedLun, seedSnapshots } from "../model/seed.ts";
import { dropSnapshot, expireSnapshots } from "../model/snapshots.ts";
import type { Lun, User } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import type { ControlCall } from "./server.ts";
import { lunView, stateView } from "./view.ts";

type Command = (call: ControlCall) => unknown;

function lunByName({ state }: Nas, name: unknown): Lun {
  const lun = state.luns.find((other) => other.name === name);
  if (!lun) throw new Error(`no LUN ${JSON.stringify(name)}`);
  return lun;
}

async function addLun({ nas, body }: ControlCall): Promise<unknown> {
  return lunView(nas, await seedLun(nas, body as unknown as SeedLun));
}

async function removeLun({ nas, rest, body }: ControlCall): Promise<void> {
  await removeVolume(nas, volumeOf(nas, lunByName(nas, rest || body.name)));
  await nas.save();
}

/** All of a LUN, or only those with this name. */
async function removeSnapshots({ nas, body }: ControlCall): Promise<void> {
  const { volumeId } = lunByName(nas, body.lun);
  const chosen = snapshotsOf(nas, volumeId).filter(({ name }) => body.name === undefined || name === body.name);
  for (const snapshot of chosen) await dropSnapshot(nas, snapshot);
  await nas.save();
}

function setQuirks({ nas, body }: ControlCall): unknown {
  for (const [name, value] of Object.entries(body)) nas.quirks.set(name, value);
  return nas.quirks.all();
}

async function setClock({ nas, body }: ControlCall): Promise<void> {
  nas.clock.shift(Number(body.offsetMs ?? 0));
  await expireSnapshots(nas);
  await nas.save();
}

async function addUser({ nas, body }: ControlCall): Promise<void> {
  const { name, password, admin = false, totpSecret } = body as Partial<User>;
  if (!name || !password) throw new Error("a user has name and password");
  nas.state.users = nas.state.users.filter((user) => user.name !== name);
  nas.state.users.push({ name, password, admin, securityAnswer: "rex", ...(totpSecret && { totpSecret }) });
  await nas.save();
}

async function unlock({ nas, body }: ControlCall): Promise<void> {
  for (const address of Object.keys(nas.lockout.list())) {
    if (body.address === undefined || body.address === address) nas.lockout.clear(address);
  }
}

/** As a reboot does: sessions, forked jobs' slots and counted failures are forgotten. */
async function restart(call: ControlCall): Promise<void> {
  call.nas.sessions.expireAll();
  call.nas.background.slots.clear();
  await unlock({ ...call, body: {} });
}

async function release({ trouble, rest, body }: ControlCall): Promise<void> {
  const action = body.action === "drop" ? "drop" : "continue";
  if (!trouble.holds.release(Number(rest), action)) throw new Error(`no held request ${rest}`);
}

/** Every command, by method and name: the whole control API. */
export const commands: Record<string, Command> = {
  "GET state": ({ nas }) => stateView(nas),
  "GET effects": ({ nas }) => nas.effects.list,
  "GET requests": ({ nas }) => nas.effects.requests,
  "POST reset": ({ nas }) => nas.effects.reset(),
  "POST luns": addLun,
  "DELETE luns": removeLun,
  "POST snapshots": async ({ nas, body }) => ({ ids: await seedSnapshots(nas, body as unknown as SeedSnapshots) }),
  "DELETE snapshots": removeSnapshots,
  "GET quirks": ({ nas }) => nas.quirks.all(),
  "POST quirks": setQuirks,
  "GET faults": ({ trouble }) => trouble.faults.list(),
  "POST faults": ({ trouble, body }) => ({ id: trouble.faults.add(body as unknown as FaultRequest).id }),
  "DELETE faults": ({ trouble }) => trouble.faults.clear(),
  "GET holds": ({ trouble, query }) => trouble.holds.list(Number(query.get("waitMs") ?? 0)),
  "POST holds": release,
  "POST clock": setClock,
  "POST users": addUser,
  "POST unlock": unlock,
  "POST restart": restart,
  "POST session": ({ nas }) => nas.sessions.expireAll(),
};
