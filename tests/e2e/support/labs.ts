import type { ProfileName } from "../../sim/nas/profiles.ts";
import { Lab } from "./lab.ts";

/** Simulators that are lent to one case at a time; one whose case failed is not lent again. */
export class Labs {
  readonly #free = new Map<ProfileName, Lab[]>();

  async use<T>(profile: ProfileName, work: (lab: Lab) => Promise<T>): Promise<T> {
    const lab = await this.#take(profile);
    try {
      const result = await work(lab);
      await lab.clear();
      this.#free.set(profile, [...(this.#free.get(profile) ?? []), lab]);
      return result;
    } catch (error) {
      await lab.nas.kill();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#free.values()].flat().map(({ nas }) => nas.stop()));
    this.#free.clear();
  }

  async #take(profile: ProfileName): Promise<Lab> {
    const lab = this.#free.get(profile)?.pop();
    if (!lab) return Lab.start(profile);
    await lab.furnish();
    return lab;
  }
}
