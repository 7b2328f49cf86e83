import { expect, test } from "vitest";
import type { Consistency } from "../../../ts-core/model.ts";
import { labelOf, worstOf } from "../../../ts-core/snapshots/consistency.ts";

test("a LUN snapshot is as good as its worst VM", () => {
  expect(worstOf(["Application", "PoweredOff"])).toBe("Application");
  expect(worstOf(["Application", "Memory", "FileSystem"])).toBe("FileSystem");
  expect(worstOf(["Crash", "Unverified", "Memory"])).toBe("Unverified");
  expect(worstOf([])).toBe("PoweredOff");
});

const writer = (consistency: Consistency) => ({ name: "SqlServerWriter", id: "{0}", consistency, reason: null });
const frozen = (consistency: Consistency) => ({ consistency, reason: null });

test("writers count as VMs do", () => {
  const writers = [writer("Application"), writer("Crash")];
  expect(labelOf({ vms: [], writers, volumes: frozen("FileSystem") })).toBe("Crash");
  expect(labelOf({ vms: [], writers: writers.slice(0, 1), volumes: frozen("FileSystem") })).toBe("Application");
});

test("file systems that nobody's application uses count by themselves", () => {
  expect(labelOf({ vms: [], writers: [], volumes: frozen("FileSystem") })).toBe("FileSystem");
  expect(labelOf({ vms: [], writers: [], volumes: frozen("Crash") })).toBe("Crash");
  expect(labelOf({ vms: [], writers: null, volumes: null })).toBe("PoweredOff");
});
