import { createClock } from "./clock.ts";
import { Effects } from "./effects.ts";
import { Exports } from "./exports.ts";
import { Files } from "./files.ts";
import type { IscsiBackend } from "./iscsi/backend.ts";
import { createNoBackend } from "./iscsi/none.ts";
import { choosePorts } from "./iscsi/ports.ts";
import { cannotExport, createTgtBackend } from "./iscsi/tgt.ts";
import { Background } from "./model/background.ts";
import { firstState } from "./model/firstBoot.ts";
import { Lockout } from "./model/lockout.ts";
import { resume } from "./model/resume.ts";
import { seedLun } from "./model/seed.ts";
import { Sessions } from "./model/sessions.ts";
import { createTurns } from "./model/turns.ts";
import type { Nas } from "./nas.ts";
import type { Options } from "./options.ts";
import { profiles } from "./profiles.ts";
import { Quirks } from "./quirks.ts";
import { lockState } from "./stateLock.ts";
import { Store } from "./store.ts";

/** The zone of every simulated NAS: an hour east of UTC, so that local times are not mistaken for UTC. */
const zoneMinutes = 60;

/** A NAS from its state folder, or a new one with the LUNs asked for. */
export async function createNas(options: Options): Promise<Nas> {
  await lockState(options.state);
  const store = new Store(options.state);
  const kept = await store.load();
  const { name, user, password, totpSecret } = options;
  const owner = { hostname: name, user, ...(password && { password }), ...(totpSecret && { totpSecret }) };
  const state = kept ?? firstState(owner);
  const nas = assemble(options, state, store, await backend(options));
  await nas.files.prepare();
  await nas.exports.backend.start();
  if (kept) await resume(nas);
  else for (const lun of options.luns) await seedLun(nas, lun);
  await nas.save();
  nas.effects.reset();
  return nas;
}

function assemble(options: Options, state: Nas["state"], store: Store, iscsi: IscsiBackend): Nas {
  const quirks = new Quirks(options.profile);
  for (const [name, value] of options.quirks) quirks.set(name, value);
  const effects = new Effects();
  const files = new Files(options.state);
  const clock = createClock(state, zoneMinutes);
  return {
    profileName: options.profile,
    profile: profiles[options.profile],
    quirks,
    clock,
    state,
    effects,
    files,
    exports: new Exports(iscsi, state, files),
    sessions: new Sessions(quirks, effects),
    lockout: new Lockout(quirks, clock),
    background: new Background(),
    turns: createTurns(quirks),
    httpsPort: 0,
    save: () => store.save(state),
  };
}

async function backend({ iscsi, portals, state }: Options): Promise<IscsiBackend> {
  const reason = iscsi ? cannotExport() : "switched off";
  if (reason === undefined) return createTgtBackend({ portals: await withOnePort(portals), dir: state });
  if (iscsi) console.error(`no iSCSI: ${reason}`);
  return createNoBackend();
}

/** Where any free port will do, one for all portals: a NAS has a single servicePort. */
async function withOnePort(portals: string[]): Promise<string[]> {
  const [first = ""] = await choosePorts(portals.slice(0, 1));
  const port = first.slice(first.lastIndexOf(":"));
  return portals.map((portal) => portal.replace(/:0$/, port));
}
