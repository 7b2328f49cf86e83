import type { Files } from "./files.ts";
import type { Connection, IscsiBackend, IscsiLun, TargetAccess } from "./iscsi/backend.ts";
import { defaultInitiator, type State, type Target } from "./model/state.ts";

type Shown = Map<number, IscsiLun>;

/** Keeps the real iSCSI targets as the model says: call `sync` after every change. */
export class Exports {
  readonly backend: IscsiBackend;
  readonly #state: State;
  readonly #files: Files;
  readonly #targets = new Map<number, { iqn: string; access: string; luns: Shown }>();
  #turn: Promise<void> = Promise.resolve();

  constructor(backend: IscsiBackend, state: State, files: Files) {
    this.backend = backend;
    this.#state = state;
    this.#files = files;
  }

  sync(): Promise<void> {
    const turn = this.#turn.then(() => this.#apply());
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async connections(target: Target): Promise<Connection[]> {
    return this.#targets.has(target.targetIndex) ? this.backend.connections(target.targetIndex) : [];
  }

  async #apply(): Promise<void> {
    const active = this.#state.targets.filter((target) => target.active);
    for (const [index, shown] of this.#targets) {
      if (active.some((target) => target.targetIndex === index && target.iqn === shown.iqn)) continue;
      await this.backend.removeTarget(index);
      this.#targets.delete(index);
    }
    for (const target of active) await this.#applyTarget(target);
  }

  async #applyTarget(target: Target): Promise<void> {
    const access = accessOf(target);
    const known = this.#targets.get(target.targetIndex);
    const shown = known ?? { iqn: target.iqn, access: JSON.stringify(access), luns: new Map() };
    if (!known) await this.backend.addTarget(target.targetIndex, target.iqn, access);
    else if (shown.access !== JSON.stringify(access)) await this.backend.setAccess(target.targetIndex, access);
    shown.access = JSON.stringify(access);
    this.#targets.set(target.targetIndex, shown);
    await this.#applyLuns(target, shown.luns);
  }

  async #applyLuns(target: Target, shown: Shown): Promise<void> {
    const wanted = this.#wanted(target);
    for (const [number, lun] of shown) {
      if (JSON.stringify(wanted.get(number)) === JSON.stringify(lun)) continue;
      await this.backend.detachLun(target.targetIndex, number);
      shown.delete(number);
    }
    for (const [number, { sizeBytes, ...lun }] of wanted) {
      if (shown.has(number)) continue;
      await this.backend.attachLun(target.targetIndex, lun);
      shown.set(number, { ...lun, sizeBytes } as IscsiLun);
    }
  }

  /** What an initiator should see; the size is part of it, since a target learns of a new one only by attaching anew. */
  #wanted(target: Target): Map<number, IscsiLun & { sizeBytes: number }> {
    const wanted = new Map<number, IscsiLun & { sizeBytes: number }>();
    for (const { lunIndex, lunNumber, enabled } of target.luns) {
      const lun = this.#state.luns.find((other) => other.lunIndex === lunIndex);
      const volume = this.#state.volumes.find((other) => other.volumeId === lun?.volumeId);
      if (!enabled || !lun || !volume || lun.status === "creating") continue;
      const { naa, serial } = lun;
      const { sectorSize, sizeBytes } = volume;
      wanted.set(lunNumber, {
        lunIndex,
        lunNumber,
        file: this.#files.path(volume.file),
        naa,
        serial,
        sectorSize,
        sizeBytes,
      });
    }
    return wanted;
  }
}

function accessOf(target: Target): TargetAccess {
  const open = target.acl.some((row) => row.iqn === defaultInitiator);
  const chap = target.acl.find((row) => row.chap)?.chap;
  const mutualChap = target.acl.find((row) => row.mutualChap)?.mutualChap;
  const initiators = open ? "all" : target.acl.map((row) => row.iqn);
  return { initiators, ...(chap && { chap }), ...(mutualChap && { mutualChap }) };
}
