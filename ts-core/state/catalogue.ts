import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { QnapError, reasonOf } from "../errors.ts";
import type { Consistency, VmInSnapshot, WriterLabel } from "../model.ts";
import type { MountedCopy, MountPlace } from "../ports.ts";
import { appendLine, lineOf, readLines, replaceFile, sizeOf } from "./files.ts";

/** Evidence about a snapshot that we made. The NAS keeps the snapshot; what we know of it stands here. */
export interface SnapshotRecord {
  type: "snapshot";
  name: string;
  snapshotId: string;
  operationId: string;
  nasSerial: string;
  createTimeUtc: string;
  consistency: Consistency;
  freezeMs: number | null;
  description: string | null;
  vital: boolean;
  expireTimeUtc: string | null;
  /** The VMs inside, where it was taken with them. */
  vms?: VmInSnapshot[];
  /** Where it was taken through VSS: the writers with data inside, and why it is no better. */
  writers?: WriterLabel[];
  reason?: string;
}

/** A LUN that we made as a clone; kept under the clone's own NAA. */
export interface CloneRecord {
  type: "clone";
  name: string;
  operationId: string;
  nasSerial: string;
  sourceNaa: string;
  sourceSnapshot: string;
  /** While it is mounted, and from right before its hosts can see it. */
  mount?: MountRecord;
  /** While it is a shadow copy of VSS, and from right before this host can see it. */
  shadow?: ShadowRecord;
}

/** A clone that VSS shows to this host beside the original. */
export interface ShadowRecord {
  lun: PlaceOfLun;
  /** Of the original. */
  snapshot: PlaceOfLun & { spec: { name: string } };
  /** How it was told to VSS, which will know it by nothing else. */
  told: object;
  /** It outlives the program that asked for it, and a restart of this host. */
  persistent: boolean;
  /** When it was made. A host that is up for less time has been started again since. */
  uptimeSeconds: number;
}

interface PlaceOfLun {
  nas: string;
  serial: string;
  lunIndex: number;
  lunName: string;
  naa: string;
}

/** A clone that is a shadow copy. */
export interface ShadowClone {
  naa: string;
  record: CloneRecord;
  shadow: ShadowRecord;
}

/** A clone that stands beside its original as a datastore. */
export interface MountRecord {
  nas: string;
  lunIndex: number;
  place: MountPlace;
  /** Null until the host has mounted it. */
  mounted: MountedCopy | null;
}

/** A clone that is mounted. */
export interface MountedClone {
  naa: string;
  record: CloneRecord;
  mount: MountRecord;
}

interface GoneRecord {
  type: "gone";
  name: string;
}

type CatalogueRecord = SnapshotRecord | CloneRecord | GoneRecord;

/** A file of this size is rewritten without what no longer counts: a year of hourly snapshots is some megabytes. */
const tidyBytes = 256 * 1024;
/** What the NAS has removed by itself is forgotten a day later, as its clock may differ from ours. */
const expiredMs = 24 * 3600 * 1000;

/** One append-only file per LUN, named by its NAA. Written only by who holds the LUN's lease. */
export class Catalogue {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "catalogue");
  }

  async snapshots(naa: string): Promise<Map<string, SnapshotRecord>> {
    const records = await this.#records(naa);
    return new Map([...records].filter((entry): entry is [string, SnapshotRecord] => entry[1].type === "snapshot"));
  }

  async clone(naa: string, name: string): Promise<CloneRecord | undefined> {
    const record = (await this.#records(naa)).get(name);
    return record?.type === "clone" ? record : undefined;
  }

  /** Every clone that is mounted, or was about to be. */
  async mounts(): Promise<MountedClone[]> {
    const found: MountedClone[] = [];
    for (const naa of await this.#naas()) {
      for (const record of (await this.#records(naa)).values())
        if (record.type === "clone" && record.mount) found.push({ naa, record, mount: record.mount });
    }
    return found;
  }

  /** The shadow copy of VSS with this NAA. */
  async shadow(naa: string): Promise<ShadowClone | undefined> {
    for (const record of (await this.#records(naa)).values())
      if (record.type === "clone" && record.shadow) return { naa, record, shadow: record.shadow };
    return undefined;
  }

  async shadows(): Promise<ShadowClone[]> {
    const found = await Promise.all((await this.#naas()).map((naa) => this.shadow(naa)));
    return found.filter((shadow) => shadow !== undefined);
  }

  async add(naa: string, record: SnapshotRecord | CloneRecord): Promise<void> {
    await appendLine(this.#file(naa), record);
    if (((await sizeOf(this.#file(naa))) ?? 0) > tidyBytes) await this.#tidy(naa);
  }

  /** Keeps the records that still count. */
  async #tidy(naa: string): Promise<void> {
    const now = Date.now();
    const living = [...(await this.#records(naa)).values()].filter((record) => !hasExpired(record, now));
    await replaceFile(this.#file(naa), living.map(lineOf).join(""));
  }

  async remove(naa: string, name: string): Promise<void> {
    await appendLine(this.#file(naa), { type: "gone", name } satisfies GoneRecord);
  }

  async #naas(): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      throw new QnapError("StateUnreadable", { file: this.#folder, reason: reasonOf(error) }, error);
    });
    return names.filter((name) => name.endsWith(".jsonl")).map((name) => name.slice(0, -".jsonl".length));
  }

  async #records(naa: string): Promise<Map<string, SnapshotRecord | CloneRecord>> {
    const records = new Map<string, SnapshotRecord | CloneRecord>();
    for (const record of await readLines<CatalogueRecord>(this.#file(naa))) {
      if (record.type === "gone") records.delete(record.name);
      else records.set(record.name, record);
    }
    return records;
  }

  #file(naa: string): string {
    // The NAA comes from a NAS: it must not name a file elsewhere.
    return join(this.#folder, `${naa.replace(/[^0-9a-f]/g, "_")}.jsonl`);
  }
}

function hasExpired(record: SnapshotRecord | CloneRecord, now: number): boolean {
  if (record.type !== "snapshot" || record.expireTimeUtc === null) return false;
  return Date.parse(record.expireTimeUtc) + expiredMs < now;
}
