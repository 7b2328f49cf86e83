import type { Call } from "./http/call.ts";
import type { Route } from "./http/route.ts";

export const faultKinds = [
  "latency",
  "http",
  "dropBefore",
  "dropAfter",
  "cut",
  "garble",
  "expireSession",
  "busy",
  "poolFull",
  "snapshotLimit",
  "successWithoutEffect",
  "code",
  "hang",
  "holdBefore",
  "holdAfter",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultMatch {
  path?: string;
  func?: string;
  method?: string;
  kindOfEffect?: string;
}

export interface FaultRequest {
  kind: FaultKind;
  match?: FaultMatch;
  /** Matching requests that pass unharmed first. */
  skip?: number;
  /** How many are hit; 0 = all from then on. */
  times?: number;
  ms?: number;
  status?: number;
  code?: number;
}

export interface Fault extends FaultRequest {
  id: number;
  skipped: number;
  hits: number;
}

/** The faults that were asked for, and which of them hit a request. */
export class Faults {
  #faults: Fault[] = [];
  #nextId = 1;

  add(request: FaultRequest): Fault {
    if (!faultKinds.includes(request.kind)) throw new Error(`kind is one of ${faultKinds.join(", ")}`);
    const fault = { ...request, id: this.#nextId++, skipped: 0, hits: 0 };
    this.#faults.push(fault);
    return fault;
  }

  clear(): void {
    this.#faults = [];
  }

  list(): Fault[] {
    return this.#faults;
  }

  /** Counts: call it once a request. */
  take(call: Call, route: Route): Fault[] {
    return this.#faults.filter((fault) => matches(fault.match, call, route) && this.#fires(fault));
  }

  #fires(fault: Fault): boolean {
    if (fault.skipped < (fault.skip ?? 0)) {
      fault.skipped++;
      return false;
    }
    const times = fault.times ?? 1;
    if (times > 0 && fault.hits >= times) return false;
    fault.hits++;
    return true;
  }
}

/** Without a match: the next request that changes something. */
function matches(match: FaultMatch | undefined, call: Call, route: Route): boolean {
  if (!match) return route.changes !== undefined;
  return (
    (match.path === undefined || call.path.includes(match.path)) &&
    (match.func === undefined || route.func.includes(match.func)) &&
    (match.method === undefined || call.method === match.method) &&
    (match.kindOfEffect === undefined || route.changes === match.kindOfEffect)
  );
}
