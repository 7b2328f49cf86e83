import { isCode } from "../errors.ts";

/** What VSS takes from a provider; anything else is an error of its own to it (vss.md, section 4). */
export const hresults = {
  ok: 0,
  invalidArgument: 0x80070057,
  badState: 0x80042301,
  veto: 0x80042306,
  objectNotFound: 0x80042308,
  volumeNotSupportedByProvider: 0x8004230e,
  tooManyVolumes: 0x80042312,
  tooManySnapshots: 0x80042317,
  unsupportedContext: 0x8004231b,
  insufficientStorage: 0x8004231f,
} as const;
export type HResult = (typeof hresults)[keyof typeof hresults];

/** A callback that is answered with this code; the message goes to the event log. */
export class Refusal extends Error {
  readonly hr: HResult;

  constructor(hr: HResult, reason: string) {
    super(reason);
    this.hr = hr;
  }
}

export function hresultOf(error: unknown): HResult {
  if (error instanceof Refusal) return error.hr;
  if (isCode(error, "PoolFull")) return hresults.insufficientStorage;
  if (isCode(error, "SnapshotLimitReached")) return hresults.tooManySnapshots;
  return hresults.veto;
}
