import { type ErrorCode, QnapError } from "../errors.ts";
import type { Ending, Writer } from "./requestor.ts";

/** What VSS and Windows answer (vsserror.h), and what of it has an error of its own here. */
const codes: Readonly<Record<number, ErrorCode>> = {
  2147942405: "VssNotAllowed", // E_ACCESSDENIED
  2147754756: "VssVolumeNotSupported", // PROVIDER_NOT_REGISTERED
  2147754764: "VssVolumeNotSupported", // VOLUME_NOT_SUPPORTED
  2147754766: "VssVolumeNotSupported", // VOLUME_NOT_SUPPORTED_BY_PROVIDER
  2147754779: "VssVolumeNotSupported", // UNSUPPORTED_CONTEXT: no hardware provider took it, and Windows' own cannot
  2147754774: "VssBusy", // SNAPSHOT_SET_IN_PROGRESS
  2147754758: "VssVetoed", // PROVIDER_VETO
  2147754771: "VssTooSlow", // FLUSH_WRITES_TIMEOUT
  2147754772: "VssTooSlow", // HOLD_WRITES_TIMEOUT
  2147754792: "VssTooSlow", // TRANSACTION_FREEZE_TIMEOUT
  2147754773: "VssWriterFailed", // UNEXPECTED_WRITER_ERROR
  2147754776: "VssWriterFailed", // WRITER_INFRASTRUCTURE
  2147754777: "VssWriterFailed", // WRITER_NOT_RESPONDING
};

const meanings: Readonly<Record<number, string>> = {
  2147942405: "access was denied",
  2147942414: "Windows is out of memory",
  2147754753: "VSS is in a state in which it takes no such request",
  2147754754: "VSS itself failed",
  2147754767: "a provider failed in a way that VSS does not know",
  2147754770: "VSS takes no more volumes in a set",
  2147754775: "the volume has as many shadow copies as VSS takes",
  2147754783: "there is no room for the snapshot",
  2147754773: "a writer failed in a way that VSS does not know",
  2147754776: "the event system of the writers does not work: restart COM+ Event System and VSS",
  2147754777: "it does not answer: restart its service",
  2147754992: "not all volumes that it needs are in the set: take all LUNs of the application together",
  2147754993: "it has run out of memory or another resource",
  2147754994: "it could not stay frozen long enough: less load, or fewer LUNs at a time",
  2147754995: "what kept it passes: try again",
  2147754996: "it will fail again until its cause is mended: see the application's own entries in the event log",
  2147754806: "a part of it failed",
};

/** As Windows writes it. */
export function hex(hresult: number): string {
  return `0x${(hresult >>> 0).toString(16).padStart(8, "0").toUpperCase()}`;
}

/** Undefined: it took part and is well. */
export function writerFailure({ state, hr, message }: Pick<Writer, "state" | "hr" | "message">): string | undefined {
  if (hr === 0 && (state === "Stable" || state === "WaitingForBackupComplete")) return undefined;
  const said = [meanings[hr >>> 0], message].filter(Boolean).join("; ");
  return `${state}, ${hex(hr)}${said === "" ? "" : ` (${said})`}`;
}

/** Why VSS gave a set up. `nasReason`: what the provider told of the NAS. */
export function vssError({ hr, phase, message, writers }: Ending, nasReason?: string): QnapError {
  const failed = writers.flatMap((writer) => {
    const failure = writerFailure(writer);
    return failure === undefined ? [] : [`${writer.name}: ${failure}`];
  });
  const code = codes[hr >>> 0] ?? (failed.length > 0 ? "VssWriterFailed" : "VssFailed");
  return new QnapError(code, {
    phase,
    hresult: hex(hr),
    meaning: meanings[hr >>> 0] ?? message,
    reason: nasReason ?? "it tells no reason; the event log Application may, under QnapSnapshot and VSS",
    writers: failed.length > 0 ? failed.join("; ") : (meanings[hr >>> 0] ?? message),
  });
}
