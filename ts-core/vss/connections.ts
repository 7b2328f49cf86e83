import type { Nas } from "../nas/nas.ts";
import { volumeIdOf } from "../nas/volumes.ts";
import type { Planned } from "../snapshots/snapshotSet.ts";

/** Below the time after which an idle connection is given up (net/http.ts). */
const keepMs = 2_000;
/** The lightest call; a NAS that takes longer for it is too slow for what comes. */
const checkMs = 2_000;

/** As many live connections to each NAS as CommitSnapshots will use at once, in a session that is alive. */
export class Connections {
  readonly #widths = new Map<Nas, number>();
  readonly #planned: readonly Planned[];
  #timer: NodeJS.Timeout | undefined;

  constructor(planned: readonly Planned[]) {
    this.#planned = planned;
    for (const { nas } of planned) {
      const most = nas.firmware.parallelSnapshots.count;
      this.#widths.set(nas, Math.min(most, (this.#widths.get(nas) ?? 0) + 1));
    }
  }

  /** Opens them, keeps them open, and tells how long a call takes on each NAS. */
  async open(): Promise<Map<Nas, number>> {
    for (const { nas, lun } of this.#planned) if (nas.firmware.snapshots === "rest") await volumeIdOf(nas, lun);
    const times = new Map<Nas, number>();
    for (const nas of this.#widths.keys()) {
      const startMs = performance.now();
      await this.#ask(nas);
      times.set(nas, performance.now() - startMs);
    }
    this.#timer ??= setInterval(() => void this.check().catch(() => undefined), keepMs);
    return times;
  }

  /** Throws where one is not alive. */
  async check(): Promise<void> {
    await Promise.all([...this.#widths.keys()].map((nas) => this.#ask(nas)));
  }

  /** From here on: no log-in, as it leaves marks on a disk that may be frozen. */
  arm(): void {
    for (const { session } of this.#widths.keys()) session.barLogins(true);
  }

  /** Back to normal. May be called again. */
  close(): void {
    clearInterval(this.#timer);
    for (const { session } of this.#widths.keys()) session.barLogins(false);
  }

  async #ask(nas: Nas): Promise<void> {
    const { session } = nas;
    const ask = async () => {
      const sid = await session.sid();
      if (!(await session.accepts(sid, checkMs))) await session.renew(sid);
    };
    await Promise.all(Array.from({ length: this.#widths.get(nas) ?? 1 }, ask));
  }
}
