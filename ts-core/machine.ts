import { NasDirectory } from "./nas/directory.ts";
import { Measurements } from "./nas/measured.ts";
import type { Consumers, Copies, CopyKind, Scratch } from "./ports.ts";
import { Catalogue } from "./state/catalogue.ts";
import { openStateFolder } from "./state/folder.ts";
import { Journal } from "./state/journal.ts";
import { Latches } from "./state/latches.ts";
import { Leases } from "./state/leases.ts";
import { Secrets } from "./state/secrets.ts";
import { Settings } from "./state/settings.ts";
import { vmwareConsumers } from "./vmware/consumers.ts";
import { VCenterDirectory } from "./vmware/directory.ts";
import { Intents } from "./vss/intents.ts";
import { WindowsHost } from "./windows/host.ts";

/** What this machine remembers, and the NAS and vCenters it is connected to. One per process; the state is shared by all processes. */
export interface Machine {
  nas: NasDirectory;
  vcenters: VCenterDirectory;
  consumers: Consumers;
  /** Who mounts copies of this kind; loaded at first use. */
  copies(kind: CopyKind): Promise<Copies>;
  /** Stamps on a volume of this machine. */
  scratch(): Promise<Scratch>;
  journal: Journal;
  catalogue: Catalogue;
  /** Where VSS sets and their provider meet. */
  intents: Intents;
  leases: Leases;
  measurements: Measurements;
  /** Logs out everywhere. */
  close(): Promise<void>;
}

export async function openMachine(): Promise<Machine> {
  const folder = await openStateFolder();
  const leases = new Leases(folder);
  const secrets = new Secrets(folder);
  const latches = new Latches(folder, secrets);
  const settings = new Settings(folder, leases);
  const state = { leases, secrets, latches, settings };
  const nas = new NasDirectory(state);
  const vcenters = new VCenterDirectory(state);
  const intents = new Intents(folder);
  const windows = new WindowsHost(intents);
  return {
    nas,
    vcenters,
    consumers: windows.beside(vmwareConsumers(vcenters)),
    copies: async (kind) =>
      kind === "Windows" ? windows.copies() : new (await import("./vmware/copies.ts")).VMwareCopies(vcenters),
    scratch: () => windows.scratch(),
    leases,
    measurements: new Measurements(settings),
    journal: new Journal(folder, leases),
    catalogue: new Catalogue(folder),
    intents,
    close: async () => {
      await Promise.all([nas.close(), vcenters.close(), windows.close()]);
    },
  };
}
