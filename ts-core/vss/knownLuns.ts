import { reasonOf } from "../errors.ts";
import { listLunEntries, readLun } from "../nas/luns.ts";
import type { Nas } from "../nas/nas.ts";
import { inOrder } from "../parallel.ts";
import type { Context } from "../rpc/operation.ts";
import type { LocatedLun } from "../snapshots/locate.ts";
import { hresults, Refusal } from "./hresults.ts";

/** Where a LUN was when the NAS were asked. */
interface Place {
  nas: string;
  lunIndex: number;
}

const readWidth = 4;
/** A LUN that is not known is looked for on all NAS, but not at every question about a foreign disk. */
const freshMs = 5_000;
/** After this time a question starts a new look in the background. */
const staleMs = 60_000;

/** The LUNs of all stored NAS by NAA, so that a question about somebody else's disk costs no request. */
export class KnownLuns {
  readonly #context: Context;
  #places = new Map<string, Place>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  /** The LUN as it is now; undefined when no NAS that answers has it. Throws when its NAS is away. */
  async locate(naa: string): Promise<LocatedLun | undefined> {
    const ageMs = performance.now() - this.#lookedAt;
    if (ageMs > staleMs) this.refresh().catch((error: unknown) => this.#context.verbose(reasonOf(error)));
    const located = await this.#read(naa);
    if (located || (ageMs < freshMs && !this.#looking)) return located;
    await this.refresh();
    return this.#read(naa);
  }

  async mustLocate(naa: string): Promise<LocatedLun> {
    const located = await this.locate(naa);
    if (located) return located;
    throw new Refusal(hresults.volumeNotSupportedByProvider, `no NAS that is stored has LUN ${naa}`);
  }

  /** Once nobody is asked any more: a log-in leaves marks on a disk, which may be frozen later. */
  async atRest(): Promise<void> {
    await this.#looking?.catch(() => undefined);
  }

  /** Asks every stored NAS. One that is away keeps what was known of it, and is asked again soon. */
  refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    this.#lookedAt = performance.now();
    const names = await this.#context.machine.nas.names();
    const found = await Promise.all(names.map((name) => this.#placesOn(name)));
    this.#places = new Map(found.flat());
  }

  async #placesOn(name: string): Promise<[string, Place][]> {
    try {
      const nas = await this.#context.machine.nas.open(name, this.#context);
      return await listNaas(nas);
    } catch (error) {
      this.#lookedAt = Number.NEGATIVE_INFINITY;
      this.#context.verbose(`LUNs of ${name}: ${reasonOf(error)}`);
      return [...this.#places].filter(([, place]) => place.nas === name);
    }
  }

  async #read(naa: string): Promise<LocatedLun | undefined> {
    const place = this.#places.get(naa);
    if (!place) return undefined;
    const nas = await this.#context.machine.nas.open(place.nas, this.#context);
    const lun = await readLun(nas, place.lunIndex);
    return lun?.naa === naa ? { nas, lun } : undefined;
  }
}

async function listNaas(nas: Nas): Promise<[string, Place][]> {
  const found: [string, Place][] = [];
  const entries = await listLunEntries(nas);
  const read = async (entry: (typeof entries)[number]) => ({
    ...entry,
    naa: entry.naa ?? (await readLun(nas, entry.lunIndex))?.naa,
  });
  for await (const { naa, lunIndex } of inOrder(entries, readWidth, read))
    if (naa) found.push([naa, { nas: nas.name, lunIndex }]);
  return found;
}
