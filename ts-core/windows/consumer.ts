import type { Consumer, EndedHold, HoldRecord, LunUse, ReleaseRecord, TakeBackOptions, TakenBack } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import { readInventory } from "./inventory.ts";
import { WindowsLunUse } from "./lunUse.ts";
import { windows } from "./names.ts";
import type { HostSession } from "./powershell.ts";
import type { LunRelease } from "./releaseRecord.ts";
import { stepsLeft } from "./stepsLeft.ts";
import { takeLunBack } from "./takeBack.ts";

/** The Windows on which this core runs, as one that uses LUNs. */
export class WindowsConsumer implements Consumer {
  readonly name = windows;
  readonly #host: HostSession;

  constructor(host: HostSession) {
    this.#host = host;
  }

  async find(naa: string): Promise<LunUse | undefined> {
    const inventory = await readInventory(this.#host, naa);
    return inventory && new WindowsLunUse(this.#host, inventory);
  }

  async endHold(_hold: HoldRecord, _operationId: string, _lateMs: number): Promise<EndedHold> {
    return { left: [], warnings: [], evidence: { vms: [], writers: null, volumes: null, heldMs: null } };
  }

  takeBack(release: ReleaseRecord, { undone }: TakeBackOptions, context: Context): Promise<TakenBack> {
    return takeLunBack(this.#host, release as LunRelease, undone, context);
  }

  stepsLeft(release: ReleaseRecord): Promise<string[]> {
    return stepsLeft(this.#host, release as LunRelease);
  }
}
