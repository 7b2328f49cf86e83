import { uptime } from "node:os";
import { mustClone } from "../nas/clones.ts";
import { readLunSerial } from "../nas/luns.ts";
import type { NasSnapshot } from "../nas/snapshots.ts";
import type { Context } from "../rpc/operation.ts";
import { aloneOnNas } from "../snapshots/bracket.ts";
import { makeClone, mustHaveRoom } from "../snapshots/clone.ts";
import { type LocatedLun, sameLun } from "../snapshots/locate.ts";
import { mapAll } from "../snapshots/lunSwitch.ts";
import { remember } from "../snapshots/reopen.ts";
import type { Planned } from "../snapshots/snapshotSet.ts";
import type { OperationLog } from "../state/journal.ts";
import { hresults, Refusal } from "./hresults.ts";
import { cloneLun } from "./targetLuns.ts";
import type { VssLun } from "./wire.ts";

const gib = 1024 ** 3;
/**
 * A clone is a full copy on every firmware that can make one (firmware.ts), and VSS waits 180 s for it: at an assumed 100 MB/s that
 * is 18 GB. What is larger on one NAS in one set is refused beforehand; a transportable set has no limit.
 */
export const maxImportBytes = 16 * gib;

/** Throws when these LUNs of one NAS could not be shown to this host as shadow copies. */
export async function mustImport(located: readonly LocatedLun[], { signal }: Context): Promise<void> {
  const sizeBytes = located.reduce((sum, { lun }) => sum + lun.sizeBytes, 0);
  for (const each of located) {
    const { nas, lun } = each;
    mustClone(nas);
    if (sizeBytes > maxImportBytes) {
      const sizes = `${(sizeBytes / gib).toFixed(1)} GiB; at most ${maxImportBytes / gib} GiB arrive in time`;
      throw new Refusal(hresults.insufficientStorage, `${nas.name} would have to copy ${sizes}`);
    }
    await mustHaveRoom(each, signal);
    if (!lun.targets.some(({ enabled }) => enabled))
      throw new Refusal(hresults.veto, `LUN '${lun.name}' is on no target where it is enabled`);
  }
}

/** The shadow copies of one set that are shown to this host: clones beside their originals. */
export class Imports {
  readonly #log: OperationLog;
  readonly #persistent: boolean;
  readonly #context: Context;
  readonly #shown = new Set<string>();
  readonly #clones = new Map<string, Promise<{ clone: LocatedLun; original: Planned; told: VssLun }>>();

  constructor(log: OperationLog, persistent: boolean, context: Context) {
    this.#log = log;
    this.#persistent = persistent;
    this.#context = context;
  }

  /** The identity of the shadow copy of a LUN, which is made at the first call. */
  async target(original: Planned, snapshot: NasSnapshot, source: VssLun): Promise<VssLun> {
    const { naa } = original.lun;
    const clone = this.#clones.get(naa) ?? this.#make(original, snapshot, source);
    this.#clones.set(naa, clone);
    return (await clone).told;
  }

  /** Shows the shadow copy where its original is: this host is logged in there, by whichever portals and with its CHAP secret. */
  async show(naa: string): Promise<void> {
    const all = await Promise.all(this.#clones.values());
    const found = all.find(({ clone }) => clone.lun.naa === naa);
    if (!found) throw new Refusal(hresults.objectNotFound, `LUN ${naa} is no shadow copy of this set`);
    const { clone, original } = found;
    await aloneOnNas(this.#context, clone.nas, async () => {
      const { targets } = await sameLun(original);
      const enabled = targets.filter((target) => target.enabled);
      await mapAll(
        clone,
        enabled.map(({ targetIndex }) => targetIndex),
      );
    });
    this.#shown.add(naa);
  }

  get shownCount(): number {
    return this.#shown.size;
  }

  async #make(original: Planned, snapshot: NasSnapshot, source: VssLun) {
    const { nas, plan } = original;
    const name = `vss_${this.#clones.size + 1}_${this.#log.operationId}`;
    const lun = await aloneOnNas(this.#context, nas, () =>
      makeClone({ ...original, snapshot }, name, this.#log, this.#context),
    );
    const clone = { nas, lun };
    const told = cloneLun(source, lun.naa, await readLunSerial(nas, lun.lunIndex));
    const { catalogue } = this.#context.machine;
    const record = await catalogue.clone(lun.naa, name);
    if (!record) throw new Refusal(hresults.veto, `the clone '${name}' is not on record`);
    const persistent = this.#persistent;
    const shadow = { lun: remember(clone), snapshot: plan, told, persistent, uptimeSeconds: uptime() };
    await catalogue.add(lun.naa, { ...record, shadow });
    return { clone, original, told };
  }
}
