import type { Consumer, EndedHold, HoldRecord, LunUse, ReleaseRecord, TakeBackOptions, TakenBack } from "../ports.ts";
import type { Context } from "../rpc/operation.ts";
import type { Intents } from "../vss/intents.ts";
import { endHold } from "./endHold.ts";
import { VssFreezer } from "./freezer.ts";
import type { WindowsHold } from "./holdRecord.ts";
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
  readonly #intents: Intents;
  readonly #freezer: VssFreezer;

  constructor(host: HostSession, intents: Intents) {
    this.#host = host;
    this.#intents = intents;
    this.#freezer = new VssFreezer(host, intents);
  }

  async find(naa: string): Promise<LunUse | undefined> {
    const inventory = await readInventory(this.#host, naa);
    return inventory && new WindowsLunUse(this.#host, this.#freezer, inventory);
  }

  endHold(hold: HoldRecord, operationId: string, lateMs: number): Promise<EndedHold> {
    return endHold(this.#host, this.#intents, hold as WindowsHold, operationId, lateMs);
  }

  takeBack(release: ReleaseRecord, { undone }: TakeBackOptions, context: Context): Promise<TakenBack> {
    return takeLunBack(this.#host, release as LunRelease, undone, context);
  }

  stepsLeft(release: ReleaseRecord): Promise<string[]> {
    return stepsLeft(this.#host, release as LunRelease);
  }
}
