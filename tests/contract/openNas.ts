import { NasDirectory } from "../../ts-core/nas/directory.ts";
import type { Nas } from "../../ts-core/nas/nas.ts";
import { Latches } from "../../ts-core/state/latches.ts";
import { Leases } from "../../ts-core/state/leases.ts";
import { Secrets } from "../../ts-core/state/secrets.ts";
import { Settings } from "../../ts-core/state/settings.ts";
import { makeStateFolder } from "../core/state/workers.ts";
import type { SimulatedNas } from "../sim/nas/start.ts";

/** A NAS in a session of this process: for promises of ts-core/nas that no operation shows by itself on every firmware. */
export async function useNas<T>(sim: SimulatedNas, work: (nas: Nas) => Promise<T>): Promise<T> {
  const folder = makeStateFolder();
  const [leases, secrets] = [new Leases(folder), new Secrets(folder)];
  const settings = new Settings(folder, leases);
  const directory = new NasDirectory({ leases, secrets, latches: new Latches(folder, secrets), settings });
  const say = { signal: new AbortController().signal, warn: () => undefined };
  const { hostname: name, port } = new URL(sim.https);
  const { user: userName, password, fingerprint: certificateFingerprint } = sim;
  try {
    await directory.connect({ name, port: Number(port), userName, password, certificateFingerprint }, say);
    return await work(await directory.open(name, say));
  } finally {
    await directory.close();
  }
}
