import { NasDirectory } from "./nas/directory.ts";
import { Catalogue } from "./state/catalogue.ts";
import { openStateFolder } from "./state/folder.ts";
import { Journal } from "./state/journal.ts";
import { Latches } from "./state/latches.ts";
import { Leases } from "./state/leases.ts";
import { Secrets } from "./state/secrets.ts";
import { Settings } from "./state/settings.ts";

/** What this machine remembers, and the NAS it is connected to. One per process; the state is shared by all processes. */
export interface Machine {
  nas: NasDirectory;
  journal: Journal;
  catalogue: Catalogue;
  leases: Leases;
  /** Logs out everywhere. */
  close(): Promise<void>;
}

export async function openMachine(): Promise<Machine> {
  const folder = await openStateFolder();
  const leases = new Leases(folder);
  const secrets = new Secrets(folder);
  const latches = new Latches(folder, secrets);
  const nas = new NasDirectory({ leases, secrets, latches, settings: new Settings(folder, leases) });
  return {
    nas,
    leases,
    journal: new Journal(folder, leases),
    catalogue: new Catalogue(folder),
    close: () => nas.close(),
  };
}
