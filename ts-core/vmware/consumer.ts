import { isCode } from "../errors.ts";
import type { Consumer, EndedHold, HoldRecord, LunUse, ReleaseRecord, TakeBackOptions, TakenBack } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { OpenVCenter } from "./directory.ts";
import { endHold } from "./endHold.ts";
import type { VmHoldRecord } from "./hold.ts";
import { readInventory } from "./inventory.ts";
import { type LunRelease, takeLunBack } from "./lunRelease.ts";
import { VMwareLunUse } from "./lunUse.ts";
import { stepsLeft } from "./stepsLeft.ts";

/** The hosts and VMs of one vCenter, as those who use LUNs. */
export class VMwareConsumer implements Consumer {
  readonly #open: OpenVCenter;

  constructor(open: OpenVCenter) {
    this.#open = open;
  }

  get name(): string {
    return this.#open.setting.server;
  }

  async find(naa: string, signal: AbortSignal): Promise<LunUse | undefined> {
    try {
      return new VMwareLunUse(this.#open, await readInventory(this.#open.vcenter.session, naa, signal));
    } catch (error) {
      if (isCode(error, "DatastoreNotFound")) return undefined;
      throw error;
    }
  }

  endHold(hold: HoldRecord, operationId: string, lateMs: number): Promise<EndedHold> {
    return endHold(this.#open.vcenter, hold as VmHoldRecord, operationId, lateMs);
  }

  async takeBack(release: ReleaseRecord, { undone }: TakeBackOptions, context: Context): Promise<TakenBack> {
    return takeLunBack(this.#open, release as LunRelease, undone, context);
  }

  stepsLeft(release: ReleaseRecord): Promise<string[]> {
    return stepsLeft(this.#open.vcenter, (release as LunRelease).vsphere);
  }
}
