/** A server with VSS as one requestor and one hardware provider see it; many requestors may ask, one at a time makes a set. */
import type { Backup } from "./backup.ts";
import type { SimWriter } from "./writers.ts";

/** What a LUN says of itself (INQUIRY, pages 0x80 and 0x83), and under which name the disk is known. */
export interface SimDisk {
  device: string;
  vendor: string;
  product: string;
  revision: string;
  serial: string;
  ids: { codeSet: number; type: number; hex: string }[];
}

export interface SimVolume {
  /** `\\?\Volume{GUID}\` */
  path: string;
  disks: SimDisk[];
}

export interface Surroundings {
  volumes(): SimVolume[] | Promise<SimVolume[]>;
  /** Flushes the volumes of the set and holds their writes; released at the latest after 10 s. */
  hold?(volumes: string[]): Promise<void>;
  release?(volumes: string[]): Promise<void>;
  /** Marks the source LUNs read-only, hidden and so on while the set is made. */
  mark?(volumes: string[], on: boolean): Promise<void>;
  /** The disks that appear once the provider has shown the host these LUNs. */
  rescan?(shown: unknown[]): Promise<SimDisk[]>;
}

export interface VssEvent {
  kind: "call" | "moment" | "callback" | "gone";
  name: string;
  hr?: number;
  ms?: number;
  args?: Args;
}

export type Args = Record<string, unknown>;

export class Machine {
  readonly events: VssEvent[] = [];
  readonly surroundings: Surroundings;
  readonly provider: { id: string; dll: string };
  writers: SimWriter[];
  writerTimeoutMs: number;
  /** Answers in the place of VSS: an HRESULT; undefined lets it go on. May take its time. */
  intercept: ((method: string, args: Args) => Promise<number | undefined> | number | undefined) | undefined;
  /** Of the requestors that are there. */
  readonly backups = new Set<Backup>();
  /** Who is making a set. */
  maker: Backup | undefined;

  constructor(
    surroundings: Surroundings,
    provider: Machine["provider"],
    writers: SimWriter[],
    writerTimeoutMs = 60_000,
  ) {
    this.surroundings = surroundings;
    this.provider = provider;
    this.writers = writers;
    this.writerTimeoutMs = writerTimeoutMs;
  }
}
