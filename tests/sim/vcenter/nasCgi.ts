import { setTimeout as pause } from "node:timers/promises";
import { Caller } from "../nas/caller.ts";
import type { SimulatedNas } from "../nas/start.ts";

/** What tests of the vCenter simulator do on the NAS, over its own interface. */
export class NasCgi {
  readonly #nas: SimulatedNas;
  readonly #caller: Caller;

  private constructor(nas: SimulatedNas, caller: Caller) {
    this.#nas = nas;
    this.#caller = caller;
  }

  static async login(nas: SimulatedNas): Promise<NasCgi> {
    return new NasCgi(nas, await Caller.login(nas));
  }

  async snapshot(lun: string, name: string): Promise<number> {
    const { lunIndex } = await this.#lun(lun);
    const spec = { lunID: lunIndex, snapshot_name: name, expire_min: 0, vital: 1, snapshot_type: 0 };
    await this.#caller.snapshot("create_snapshot", spec);
    for (;;) {
      const { snapshots } = await this.#nas.state();
      const made = snapshots.find((one) => one.name === name);
      if (made) return made.snapshotId;
      await pause(10);
    }
  }

  async revert(snapshotID: number): Promise<void> {
    await this.#nas.reset();
    await this.#caller.snapshot("recover_snapshot", { by_lun: 1, snapshotID, take_snapshot: "no" });
    await this.#settled("snapshot.recover");
  }

  /** A copy as a LUN of its own, on the target of another one. */
  async clone(snapshotID: number, name: string, beside: string): Promise<void> {
    await this.#nas.reset();
    const targetIndex = (await this.#lun(beside)).targets[0]?.targetIndex ?? 0;
    await this.#caller.snapshot("clone_qsnapshot", { by_lun: 1, snapshotID, new_name: name, targetIndex });
    await this.#settled("lun.ready");
  }

  /** Shows the LUN on its target, or hides it there. */
  async show(lun: string, shown: boolean): Promise<void> {
    const { lunIndex, targets } = await this.#lun(lun);
    const place = { LUNIndex: lunIndex, targetIndex: targets[0]?.targetIndex ?? 0, LUNEnable: shown ? 1 : 0 };
    await this.#caller.cgi("disk/iscsi_target_setting.cgi", { func: "edit_lun", ...place });
  }

  async #lun(name: string) {
    const found = (await this.#nas.state()).luns.find((lun) => lun.name === name);
    if (!found) throw new Error(`no LUN ${name}`);
    return found;
  }

  /** Until the job that was forked has had its effect. */
  async #settled(kind: string): Promise<void> {
    for (;;) {
      const [{ jobs }, effects] = [await this.#nas.state(), await this.#nas.effects()];
      if (jobs.length === 0 && effects.some((effect) => effect.kind === kind)) return;
      await pause(10);
    }
  }
}
