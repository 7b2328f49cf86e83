import { expect, test } from "vitest";
import { vssError, writerFailure } from "../../../ts-core/vss/failures.ts";
import type { Writer } from "../../../ts-core/vss/requestor.ts";

const ending = (hr: number, writers: Writer[] = []) => ({
  event: "failed" as const,
  hr,
  phase: "DoSnapshotSet",
  message: "as Windows says it",
  writers,
});
const writer = (state: string, hr: number, message?: string): Writer => ({
  id: "{A65FAA63-5EA8-4EBC-9DBD-A0C4DB26912A}",
  name: "SqlServerWriter",
  state,
  hr,
  components: [],
  ...(message === undefined ? {} : { message }),
});

test.each([
  [0x80070005, "VssNotAllowed"],
  [0x8004230c, "VssVolumeNotSupported"],
  [0x8004231b, "VssVolumeNotSupported"],
  [0x80042316, "VssBusy"],
  [0x80042306, "VssVetoed"],
  [0x80042314, "VssTooSlow"],
  [0x80042313, "VssTooSlow"],
  [0x80042319, "VssWriterFailed"],
  [0x80042302, "VssFailed"],
  [0x80004005, "VssFailed"],
])("VSS's 0x%s is told as %s, with code and phase", (hr, code) => {
  const error = vssError(ending(hr));
  expect(error.code).toBe(code);
  expect(error.message).toContain(hr.toString(16).toUpperCase());
  expect(error.message).toContain("DoSnapshotSet");
  expect(error.message).not.toContain("(unknown)");
});

test("a code that came as a negative number is the same one", () => {
  expect(vssError(ending(0x80042316 | 0)).code).toBe("VssBusy");
});

test("writers that failed are named, with their code and what it usually means", () => {
  const error = vssError(ending(0x80004005, [writer("FailedAtFreeze", 0x800423f2), writer("Stable", 0)]));
  expect(error.code).toBe("VssWriterFailed");
  expect(error.message).toContain("SqlServerWriter: FailedAtFreeze, 0x800423F2 (it could not stay frozen long enough");
});

test("a veto tells what the provider knows of the NAS", () => {
  expect(vssError(ending(0x80042306), "the pool is full").message).toContain("the pool is full");
  expect(vssError(ending(0x80042306)).message).toContain("event log");
});

test("a writer has failed unless it is stable or waits for the end of the backup", () => {
  expect(writerFailure(writer("Stable", 0))).toBeUndefined();
  expect(writerFailure(writer("WaitingForBackupComplete", 0))).toBeUndefined();
  expect(writerFailure(writer("Stable", 0x800423f3))).toContain("0x800423F3");
  expect(writerFailure(writer("Unknown", 0))).toBe("Unknown, 0x00000000");
  expect(writerFailure(writer("FailedAtThaw", 0x800423f4, "disk error"))).toContain("; disk error)");
});
