import { QnapError, reasonOf } from "../errors.ts";
import { settleAll } from "../parallel.ts";
import type { Copies, CopyKinds, DatastorePlace, LunIdentity, PlacedCopy } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import { mustRelease, release } from "./copyUse.ts";
import type { VCenterDirectory } from "./directory.ts";
import { forget, rescan } from "./hostStorage.ts";
import { type Host, readHosts } from "./hosts.ts";
import { mountCopy } from "./mountCopy.ts";
import { findPlace } from "./mountPlace.ts";
import { canonicalName } from "./names.ts";
import type { VimSession } from "./session.ts";

type Kind = CopyKinds["VMware"];
type Copy = PlacedCopy<"VMware">;

const rescanWidth = 8;

/** Copies on the ESXi hosts of the vCenters that are stored for the machine. */
export class VMwareCopies implements Copies<"VMware"> {
  readonly #vcenters: VCenterDirectory;

  constructor(vcenters: VCenterDirectory) {
    this.#vcenters = vcenters;
  }

  async place({ vmHost }: Kind["wanted"], original: LunIdentity, context: Context): Promise<DatastorePlace> {
    return findPlace(await this.#sessions(context), vmHost, original);
  }

  async mount(copy: Copy, context: Context, announce: () => Promise<void>): Promise<Kind["mounted"]> {
    const { place } = copy;
    const session = await this.#session(place.vcenter, context);
    const hosts = await readHosts(session, [canonicalName(place.originalNaa)]);
    const host = mustKnow(hosts, place);
    const say = (status: string) => context.progress({ activity: "Mounting a copy", status });
    say(`${host.name} looks for the copy '${copy.name}'`);
    const mounted = await mountCopy(session, host, { copy, announce });
    say(`The other hosts look for datastore '${mounted.datastoreName}'`);
    await rescanOthers(session, hosts, host, context);
    return mounted;
  }

  /** Every vCenter is asked: a target may serve the hosts of several. */
  async mustRelease(copy: Copy, context: Context): Promise<Kind["holder"][]> {
    const sessions = await this.#sessions(context, copy);
    const perSession = sessions.map(async (session) =>
      (await mustRelease(session, copy, context.signal)).map(({ name }) => ({ vcenter: session.name, vmHost: name })),
    );
    return (await Promise.all(perSession)).flat();
  }

  async release(copy: Copy, context: Context): Promise<void> {
    for (const session of await this.#sessions(context, copy)) {
      context.progress({ activity: "Dismounting a copy", status: `Hosts of ${session.name} give '${copy.name}' up` });
      await release(session, copy);
    }
  }

  async forget({ name, naa }: Copy, holders: readonly Kind["holder"][], context: Context): Promise<void> {
    for (const vcenter of new Set(holders.map((holder) => holder.vcenter))) {
      const session = await this.#session(vcenter, context);
      const hosts = await readHosts(session, []);
      for (const { vmHost } of holders.filter((holder) => holder.vcenter === vcenter)) {
        context.progress({ activity: "Dismounting a copy", status: `${vmHost} forgets '${name}'` });
        const host = hosts.find((one) => one.name === vmHost && one.connection === "connected");
        // A host that has gone away meanwhile finds out by itself; what is left there is a note about a disk that is no more.
        if (host) await forget(session, host, canonicalName(naa));
      }
    }
  }

  /** Of every vCenter; refuses when the one of the copy is not stored any more. */
  async #sessions(context: Context, copy?: Copy): Promise<VimSession[]> {
    if (copy) await this.#vcenters.open(copy.place.vcenter, context);
    return (await this.#vcenters.openAll(context)).map(({ vcenter }) => vcenter.session);
  }

  async #session(vcenter: string, context: Context): Promise<VimSession> {
    return (await this.#vcenters.open(vcenter, context)).vcenter.session;
  }
}

function mustKnow(hosts: readonly Host[], { vmHost, vcenter }: DatastorePlace): Host {
  const host = hosts.find(({ name }) => name === vmHost);
  if (host) return host;
  const known = hosts.map(({ name }) => name);
  throw new QnapError("VMHostNotFound", { host: vmHost, vcenters: [vcenter], known });
}

/** They see the datastore too, as after a resignature by hand. The copy was asked for on one host: the others cannot fail it. */
async function rescanOthers(
  session: VimSession,
  hosts: readonly Host[],
  { ref }: Host,
  { verbose }: Context,
): Promise<void> {
  const others = hosts.filter((one) => one.ref.id !== ref.id && one.luns.length > 0 && one.connection === "connected");
  const outcomes = await settleAll(others, rescanWidth, (host) => rescan(session, host));
  for (const [index, outcome] of outcomes.entries())
    if (outcome.status === "rejected") verbose(`rescan of ${others[index]?.name}: ${reasonOf(outcome.reason)}`);
}
