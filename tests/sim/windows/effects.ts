import { performance } from "node:perf_hooks";

export interface Effect {
  n: number;
  /** Milliseconds since the epoch, with fractions. */
  atMs: number;
  kind: string;
  id: number | string;
  detail: Record<string, unknown>;
}

export interface Call {
  n: number;
  cmdlet: string;
  params: Record<string, unknown>;
  inMs: number;
  outMs?: number;
  errorId?: string;
}

const nowMs = (): number => performance.timeOrigin + performance.now();

/** What was changed and what was asked, counted and stamped. */
export class Effects {
  list: Effect[] = [];
  calls: Call[] = [];

  add(kind: string, id: number | string, detail: Record<string, unknown> = {}): void {
    this.list.push({ n: this.list.length + 1, atMs: nowMs(), kind, id, detail });
  }

  call(cmdlet: string, params: Record<string, unknown>): Call {
    const call: Call = { n: this.calls.length + 1, cmdlet, params, inMs: nowMs() };
    this.calls.push(call);
    return call;
  }

  answered(call: Call, errorId?: string): void {
    call.outMs = nowMs();
    if (errorId !== undefined) call.errorId = errorId;
  }

  reset(): void {
    this.list = [];
    this.calls = [];
  }
}
