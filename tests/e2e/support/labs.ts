import type { ProfileName } from "../../sim/nas/profiles.ts";
import { Lab } from "./lab.ts";

export interface Lendable {
  /** Before it is lent once more. */
  furnish(): Promise<void>;
  /** When it comes back. */
  clear(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** Simulators that are lent to one case at a time; one whose case failed is not lent again. */
export class Pool<T extends Lendable> {
  readonly #start: (profile: ProfileName) => Promise<T>;
  readonly #free = new Map<ProfileName, T[]>();

  constructor(start: (profile: ProfileName) => Promise<T>) {
    this.#start = start;
  }

  async use<R>(profile: ProfileName, work: (lab: T) => Promise<R>): Promise<R> {
    const lab = await this.#take(profile);
    try {
      const result = await work(lab);
      await lab.clear();
      this.#free.set(profile, [...(this.#free.get(profile) ?? []), lab]);
      return result;
    } catch (error) {
      await lab.kill();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#free.values()].flat().map((lab) => lab.stop()));
    this.#free.clear();
  }

  async #take(profile: ProfileName): Promise<T> {
    const lab = this.#free.get(profile)?.pop();
    if (!lab) return this.#start(profile);
    await lab.furnish();
    return lab;
  }
}

export class Labs extends Pool<Lab> {
  constructor() {
    super(Lab.start);
  }
}
