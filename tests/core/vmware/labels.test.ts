import { expect, test } from "vitest";
import { expectedLabel, type LabelFacts, labelBy, labelOf } from "../../../ts-core/vmware/labels.ts";
import type { SnapshotMethod } from "../../../ts-core/vmware/methods.ts";
import type { GuestFamily, PowerState } from "../../../ts-core/vmware/virtualMachines.ts";

const none = { quiesced: false, memory: false };
const quiesced = { quiesced: true, memory: false };
const memory = { quiesced: false, memory: true };

/** Every row of the table, and what must not reach it. */
test.each<[PowerState, GuestFamily, SnapshotMethod, LabelFacts["tree"], string]>([
  ["PoweredOff", "Windows", "Quiesce", none, "PoweredOff"],
  ["PoweredOff", "Linux", "None", undefined, "PoweredOff"],
  ["Suspended", "Windows", "Quiesce", none, "Memory"],
  ["Suspended", "Other", "None", undefined, "Memory"],
  ["PoweredOn", "Windows", "Quiesce", quiesced, "Application"],
  ["PoweredOn", "Windows", "QuiesceOrFallback", quiesced, "Application"],
  ["PoweredOn", "Windows", "QuiesceOrFallback", none, "Crash"],
  ["PoweredOn", "Windows", "Quiesce", undefined, "Crash"],
  ["PoweredOn", "Linux", "Quiesce", quiesced, "FileSystem"],
  ["PoweredOn", "Linux", "QuiesceOrFallback", quiesced, "FileSystem"],
  ["PoweredOn", "Linux", "QuiesceOrFallback", none, "Crash"],
  ["PoweredOn", "Other", "Quiesce", quiesced, "Crash"],
  ["PoweredOn", "Windows", "Memory", memory, "Memory"],
  ["PoweredOn", "Other", "Memory", memory, "Memory"],
  ["PoweredOn", "Windows", "Memory", none, "Crash"],
  ["PoweredOn", "Linux", "None", undefined, "Crash"],
  ["PoweredOn", "Windows", "None", quiesced, "Crash"],
])("%s %s %s %o: %s", (power, guest, method, tree, label) => {
  expect(labelOf({ power, guest, method, tree })).toBe(label);
});

const windows = { power: "PoweredOn", guest: "Windows", method: "Quiesce" } as const;

test("a VM that changed its power state while it was held counts as running", () => {
  expect(labelBy(windows, { power: "PoweredOn", snapshots: [quiesced] })).toBe("Application");
  expect(labelBy({ ...windows, power: "PoweredOff" }, { power: "PoweredOn", snapshots: [none] })).toBe("Crash");
  expect(labelBy({ ...windows, power: "PoweredOff" }, { power: "PoweredOff", snapshots: [none] })).toBe("PoweredOff");
  expect(labelBy(windows, undefined)).toBe("Crash");
});

test("what can be expected of a method", () => {
  expect(expectedLabel(windows)).toBe("Application");
  expect(expectedLabel({ ...windows, guest: "Linux" })).toBe("FileSystem");
  expect(expectedLabel({ ...windows, method: "Memory" })).toBe("Memory");
  expect(expectedLabel({ ...windows, method: "None" })).toBe("Crash");
});
