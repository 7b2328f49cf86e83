import { isCode } from "../errors.ts";
import type { Consumer, EndedHold, HoldRecord, LunUse } from "../ports.ts";
import type { OpenVCenter } from "./directory.ts";
import { endHold } from "./endHold.ts";
import type { VmHoldRecord } from "./hold.ts";
import { readInventory } from "./inventory.ts";
import { VMwareLunUse } from "./lunUse.ts";

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
}
