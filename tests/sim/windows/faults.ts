export const faultKinds = [
  "latency",
  "error",
  "hang",
  "holdBefore",
  "holdAfter",
  "answer",
  "successWithoutEffect",
] as const;

export interface FaultRequest {
  kind: (typeof faultKinds)[number];
  /** Default: the next cmdlet that changes something. */
  cmdlet?: string;
  /** Matching calls that pass unharmed first. */
  skip?: number;
  /** How many are hit; 0: all from then on. Default 1. */
  times?: number;
  /** latency */
  ms?: number;
  /** error: `StorageWMI 4`, `HRESULT 0xefff0003`, ...; what stands before the comma in FullyQualifiedErrorId. */
  errorId?: string;
  hresult?: number;
  message?: string;
  /** error: once the effect is there. */
  after?: boolean;
  /** answer: rows in the place of the real ones, with `merge` laid over each of them. */
  rows?: Record<string, unknown>[];
  merge?: Record<string, unknown>;
}

export interface Fault extends FaultRequest {
  id: number;
  skipped: number;
  hits: number;
}

/** The faults that were asked for, and which of them hit a call. */
export class Faults {
  list: Fault[] = [];
  #nextId = 1;

  add(request: FaultRequest): Fault {
    if (!faultKinds.includes(request.kind)) throw new Error(`kind is one of ${faultKinds.join(", ")}`);
    const fault = { ...request, id: this.#nextId++, skipped: 0, hits: 0 };
    this.list.push(fault);
    return fault;
  }

  clear(): void {
    this.list = [];
  }

  /** Counts: call it once a call. */
  take(cmdlet: string, changes: boolean): Fault[] {
    return this.list.filter((fault) => (fault.cmdlet ? fault.cmdlet === cmdlet : changes) && fires(fault));
  }
}

function fires(fault: Fault): boolean {
  if (fault.skipped < (fault.skip ?? 0)) {
    fault.skipped++;
    return false;
  }
  const times = fault.times ?? 1;
  if (times > 0 && fault.hits >= times) return false;
  fault.hits++;
  return true;
}
