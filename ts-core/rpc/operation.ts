import type { Static, TSchema } from "typebox";
import type { Machine } from "../machine.ts";

/** What one running request may use. */
export interface Context {
  machine: Machine;
  /** Aborted when the caller cancels or goes away. A handler heeds it only where stopping leaves nothing half-done. */
  signal: AbortSignal;
  /** From here on the process does not end before this request has: what follows must not be left, not even to a recovery. */
  stay(): void;
  progress(progress: Progress): void;
  warn(message: string): void;
  verbose(message: string): void;
  /** Sends a batch of a long list ahead of the result; resolves when the reader has room for more. */
  rows(batch: readonly unknown[]): Promise<void>;
}

export interface Progress {
  activity: string;
  status: string;
  /** 0 to 100; absent where the NAS does not tell. */
  percent?: number;
}

/** One request of the wire: what it takes, what it gives, and what does it. File name = operation name. */
export interface Operation<P extends TSchema = TSchema, R extends TSchema = TSchema, Row extends TSchema = TSchema> {
  summary: string;
  params: P;
  result: R;
  /** Present when the operation streams a list by `$/rows`. */
  row?: Row;
  handle(params: Static<P>, context: Context): Promise<Static<R>>;
}

export function operation<P extends TSchema, R extends TSchema, Row extends TSchema>(
  definition: Operation<P, R, Row>,
): Operation<P, R, Row> {
  return definition;
}
