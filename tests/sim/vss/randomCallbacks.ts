/** Callbacks in valid and invalid orders, from a seed, through the provider's DLL. */
import { randomUUID } from "node:crypto";
import type { Coordinator } from "./coordinator.ts";
import type { SimDisk } from "./machine.ts";

export interface Played {
  method: string;
  hr: number;
  ms: number;
}

interface Step {
  method: string;
  setId: string;
  context: number;
  disks: SimDisk[];
  count: number;
}

/** What VSS allows a provider to answer. */
export const allowedResults = new Set([
  ...[0, 0x8007000e, 0x80070057, 0x80070005],
  ...[0x80042301, 0x80042306, 0x80042308, 0x8004230c, 0x8004230e, 0x80042312, 0x80042317, 0x8004231b],
  ...[0x8004231f, 0x800423fe],
]);

/** Of docs/protocol.md, in seconds. */
const deadlines: Record<string, number> = { PreCommitSnapshots: 5, CommitSnapshots: 8.5, PostCommitSnapshots: 10 };
export const deadlineMs = (method: string) => (deadlines[method] ?? 180) * 1_000;

const contexts = [0x22, 0x29, 0x22, 0, 0x40009, -1];
const ofASet = [
  "EndPrepareSnapshots",
  "PreCommitSnapshots",
  "CommitSnapshots",
  "PostCommitSnapshots",
  "GetTargetLuns",
  "PreFinalCommitSnapshots",
  "PostFinalCommitSnapshots",
];
const others = [
  "OnLoad",
  "OnUnload",
  "LocateLuns",
  "FillInLunInfo",
  "OnLunEmpty",
  "AreLunsSupported",
  "AbortSnapshots",
];

export class RandomCallbacks {
  readonly #coordinator: Coordinator;
  readonly #disks: SimDisk[];
  #state: number;

  constructor(coordinator: Coordinator, disks: SimDisk[], seed: number) {
    this.#coordinator = coordinator;
    this.#disks = disks;
    this.#state = seed;
  }

  /** One sequence. A set whose snapshots may stand is always aborted, so that none stays; others may be left as they are. */
  async play(): Promise<Played[]> {
    const steps = this.#sequence();
    const played: Played[] = [];
    for (const { method, ...args } of steps) {
      const { hr, us } = await this.#coordinator.call(method, { snapshotId: newGuid(), ...args });
      played.push({ method, hr, ms: us / 1_000 });
    }
    const stands = played.some(({ method, hr }) => method === "PostCommitSnapshots" && hr === 0);
    if (stands || this.#below(2) === 0)
      for (const setId of new Set(steps.map((step) => step.setId)))
        await this.#coordinator.call("AbortSnapshots", { setId });
    return played;
  }

  #sequence(): Step[] {
    const common = { setId: newGuid(), context: this.#oneOf(contexts), count: 1 + this.#below(2) };
    const step = (method: string) => ({ ...common, method, disks: this.#someDisks() });
    const begun = Array.from({ length: common.count }, () => ["AreLunsSupported", "BeginPrepareSnapshot"]).flat();
    const steps = [...begun, ...ofASet].map(step);
    for (let changes = this.#below(4); changes > 0; changes--) this.#change(steps, step);
    return steps;
  }

  #change(steps: Step[], step: (method: string) => Step): void {
    const at = this.#below(steps.length);
    const there = steps[at];
    if (!there) return;
    const changes = [
      () => steps.splice(at, 1),
      () => steps.splice(at, 0, there),
      () => steps.splice(at),
      () => steps.splice(this.#below(steps.length), 0, ...steps.splice(at, 1)),
      () => steps.splice(at, 0, step(this.#oneOf([...ofASet, ...others]))),
      () => steps.splice(at, 1, { ...there, setId: newGuid() }),
    ];
    this.#oneOf(changes)();
  }

  #someDisks(): SimDisk[] {
    return this.#disks.slice(0, 1 + this.#below(this.#disks.length));
  }

  #oneOf<T>(items: T[]): T {
    return items[this.#below(items.length)] as T;
  }

  /** A linear congruence: the same numbers for the same seed. */
  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}

const newGuid = () => `{${randomUUID().toUpperCase()}}`;
