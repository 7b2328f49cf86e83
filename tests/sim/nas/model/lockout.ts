import type { Clock } from "../clock.ts";
import type { Quirks } from "../quirks.ts";

interface Failures {
  count: number;
  lockedUntilMs: number;
}

/** IP access protection: wrong log-ins count per address. */
export class Lockout {
  readonly #byAddress = new Map<string, Failures>();
  readonly #quirks: Quirks;
  readonly #clock: Clock;

  constructor(quirks: Quirks, clock: Clock) {
    this.#quirks = quirks;
    this.#clock = clock;
  }

  isLocked(address: string): boolean {
    return (this.#byAddress.get(address)?.lockedUntilMs ?? 0) > this.#clock.now();
  }

  count(address: string): void {
    const limit = this.#quirks.get("lockoutAfter");
    const count = (this.#byAddress.get(address)?.count ?? 0) + 1;
    const locked = limit > 0 && count >= limit;
    const lockedUntilMs = locked ? this.#clock.now() + this.#quirks.get("lockoutMinutes") * 60_000 : 0;
    this.#byAddress.set(address, { count, lockedUntilMs });
  }

  clear(address: string): void {
    this.#byAddress.delete(address);
  }

  list(): Record<string, Failures> {
    return Object.fromEntries(this.#byAddress);
  }
}
