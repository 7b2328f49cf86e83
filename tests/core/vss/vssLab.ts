import { cpSync } from "node:fs";
import { join } from "node:path";
import { CoreProcess, makeHome, runCore } from "../../coreProcess.ts";
import { Lab } from "../../e2e/support/lab.ts";
import type { ProfileName } from "../../sim/nas/profiles.ts";
import type { NasOptions, SimulatedNas } from "../../sim/nas/start.ts";
import { Conversation } from "./conversation.ts";

/** A NAS that is stored on the machine, as the provider needs it. */
export class VssLab {
  readonly lab: Lab;
  readonly #home: string;
  #naas: Record<string, string> = {};

  private constructor(lab: Lab, home: string) {
    this.lab = lab;
    this.#home = home;
  }

  static async start(profile: ProfileName, options: NasOptions = {}): Promise<VssLab> {
    const vss = new VssLab(await Lab.start(profile, options), makeHome());
    await vss.store(vss.lab.nas);
    vss.#naas = await vss.lab.naas();
    return vss;
  }

  /** Stores one more NAS, by the name of its address or another one. */
  async store(nas: SimulatedNas, name = new URL(nas.https).hostname): Promise<void> {
    const core = await CoreProcess.start(this.#home);
    const login = { userName: nas.user, password: nas.password, certificateFingerprint: nas.fingerprint };
    await core.call("setNas", { name, port: Number(new URL(nas.https).port), ...login });
    await core.stop();
  }

  /** A machine of its own that has its NAS stored. */
  home(): string {
    const home = makeHome();
    for (const file of ["settings.json", "secret.key"]) cpSync(join(this.#home, file), join(home, file));
    return home;
  }

  provider(home = this.home()): Conversation {
    return new Conversation(home);
  }

  naa(lun: string): string {
    const naa = this.#naas[lun];
    if (naa === undefined) throw new Error(`the NAS has no LUN ${lun}`);
    return naa;
  }

  /** Back to the LUNs alone, for the next case. */
  async clear(): Promise<void> {
    await this.lab.clear();
  }

  async furnish(): Promise<void> {
    await this.lab.furnish();
    this.#naas = await this.lab.naas();
  }

  stop(): Promise<void> {
    return this.lab.stop();
  }

  kill(): Promise<void> {
    return this.lab.kill();
  }
}

/** `run recover`, as a start-up task does it; gives the operations that are still open afterwards. */
export async function recover(home: string): Promise<unknown[]> {
  await runCore(home, "recover");
  const core = await CoreProcess.start(home);
  const open = await core.rows("getOperation", { unfinished: true });
  await core.stop();
  return open;
}
