import { performance } from "node:perf_hooks";

export type EffectKind =
  | "session.login"
  | "session.logout"
  | "session.expired"
  | "lun.create"
  | "lun.ready"
  | "lun.edit"
  | "lun.remove"
  | "lun.gone"
  | "lun.clone"
  | "volume.edit"
  | "volume.remove"
  | "target.create"
  | "target.edit"
  | "target.remove"
  | "target.map"
  | "target.unmap"
  | "target.enableLun"
  | "target.disableLun"
  | "target.acl"
  | "snapshot.create"
  | "snapshot.delete"
  | "snapshot.gone"
  | "snapshot.recoverStart"
  | "snapshot.recover";

export interface Effect {
  n: number;
  /** Milliseconds since the epoch, with fractions. */
  atMs: number;
  kind: EffectKind;
  id: number | string;
  detail: Record<string, unknown>;
}

export interface RequestRecord {
  n: number;
  inMs: number;
  outMs?: number;
  method: string;
  path: string;
  func: string;
  result?: number;
  status?: number;
}

export const nowMs = (): number => performance.timeOrigin + performance.now();

/** What happened, counted and stamped, so that tests and bench measure from outside. */
export class Effects {
  list: Effect[] = [];
  requests: RequestRecord[] = [];
  #effects = 0;
  #requests = 0;

  add(kind: EffectKind, id: number | string, detail: Record<string, unknown> = {}): void {
    this.list.push({ n: ++this.#effects, atMs: nowMs(), kind, id, detail });
  }

  request(method: string, path: string): RequestRecord {
    const record: RequestRecord = { n: ++this.#requests, inMs: nowMs(), method, path, func: "" };
    this.requests.push(record);
    return record;
  }

  reset(): void {
    this.list = [];
    this.requests = [];
    this.#effects = 0;
    this.#requests = 0;
  }
}
