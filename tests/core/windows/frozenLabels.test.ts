import { expect, test } from "vitest";
import type { Writer, WriterComponent } from "../../../ts-core/vss/requestor.ts";
import { frozenEvidence, hyperVWriter } from "../../../ts-core/windows/frozenLabels.ts";
import type { HeldVm, WindowsHold } from "../../../ts-core/windows/holdRecord.ts";

const volume = "\\\\?\\Volume{5f0c7a3e-0000-0000-0000-100000000000}\\";
const vmId = "0a0b0c0d-1111-2222-3333-444455556666";

/** F:\ is the LUN; another volume is mounted in a folder of it. */
function hold(vms: HeldVm[] = [], hyperVCheckpoint: WindowsHold["hyperVCheckpoint"] = "Production"): WindowsHold {
  return {
    consumer: "Windows",
    naa: "6e843b6000000000000000000000d001",
    hyperVCheckpoint,
    volumes: [volume],
    partitions: [{ accessPaths: [volume, "F:\\"] }],
    accessPaths: [volume, "F:\\", "F:\\elsewhere\\", "C:\\"],
    vms,
  };
}

function writer(component: Partial<WriterComponent>, about: Partial<Writer> = {}): Writer {
  const whole = { name: "orders", logicalPath: "SQL01", selected: true, paths: ["F:\\SQL\\"], ...component };
  return { id: "{A65FAA63}", name: "SqlServerWriter", state: "Stable", hr: 0, components: [whole], ...about };
}

const labels = (...writers: Writer[]) => frozenEvidence(hold(), writers, 12.6).writers;

test.each([
  ["a folder of the LUN", "f:\\sql"],
  ["a folder by the volume's own name", `${volume}SQL\\`],
])("a writer with data in %s that took part", (_, path) => {
  expect(labels(writer({ paths: [path] }))).toMatchObject([{ name: "SqlServerWriter", consistency: "Application" }]);
});

test.each([
  ["on another volume", "C:\\SQL\\"],
  ["on a volume that is mounted inside", "F:\\elsewhere\\SQL\\"],
  ["in a folder whose name only begins so", "F:elsewhere"],
])("a writer with data %s has nothing to say of this LUN", (_, path) => {
  expect(labels(writer({ paths: [path] }, { state: "FailedAtFreeze", hr: 0x800423f4 }))).toEqual([]);
});

test.each<[string, Partial<WriterComponent>, Partial<Writer>, string]>([
  ["failed", {}, { state: "FailedAtFreeze", hr: 0x800423f2 }, "FailedAtFreeze, 0x800423F2"],
  [
    "could not be chosen as a part lies elsewhere",
    { selected: false, reason: "PartlyElsewhere" },
    {},
    "not in the set",
  ],
  ["lacks what every backup needs", { selected: false, reason: "RequiredElsewhere" }, {}, "needs in every backup"],
  ["was not chosen", { selected: false }, {}, "it was not chosen"],
  ["failed for one database", { hr: 0x800423f4, message: "log full" }, {}, "'orders': 0x800423F4 (log full)"],
])("a writer that %s is a crash, with the reason", (_, component, about, reason) => {
  const [label] = labels(writer(component, about)) ?? [];
  expect(label?.consistency).toBe("Crash");
  expect(label?.reason).toContain(reason);
});

const vm = (about: Partial<HeldVm> = {}): HeldVm => ({
  id: vmId,
  name: "web01",
  state: "Running",
  guest: "Windows",
  backup: true,
  checkpointType: "Production",
  files: [{ role: "Configuration", path: "F:\\web01\\Virtual Machines\\web01.vmcx" }],
  ...about,
});
const hyperV = (component: Partial<WriterComponent> = {}, about: Partial<Writer> = {}) =>
  writer({ name: vmId.toUpperCase(), paths: ["F:\\web01\\"], ...component }, { id: hyperVWriter, ...about });
const vmLabel = (one: HeldVm, ...writers: Writer[]) => frozenEvidence(hold([one]), writers, 1).vms[0];

test.each<[string, Partial<HeldVm>, Writer[], string, string | null]>([
  ["a Windows guest", {}, [hyperV()], "Application", null],
  ["a Linux guest", { guest: "Linux" }, [hyperV()], "FileSystem", null],
  ["an unknown guest", { guest: "Unknown" }, [hyperV()], "FileSystem", "which guest"],
  ["no integration service for backups", { backup: false }, [hyperV()], "Crash", "integration service"],
  ["a VM that is off", { state: "Off" }, [], "PoweredOff", null],
  ["a saved VM", { state: "Saved" }, [], "Memory", null],
  ["a VM that the writer does not know", {}, [], "Crash", "does not know it"],
  ["a VM that was left out", {}, [hyperV({ selected: false })], "Crash", "not chosen"],
  ["a writer that failed", {}, [hyperV({}, { state: "FailedAtPostSnapshot", hr: 0x800423f3 })], "Crash", "0x800423F3"],
  ["a VM that changed meanwhile", { changed: true }, [hyperV()], "Unverified", "changed"],
])("Hyper-V's writer, %s", (_, about, writers, consistency, reason) => {
  const label = vmLabel(vm(about), ...writers);
  expect(label).toMatchObject({ name: "web01", instanceUuid: vmId, consistency });
  if (reason === null) expect(label?.reason).toBeNull();
  else expect(label?.reason).toContain(reason);
});

test("VMs that are held by checkpoints are labelled by those", () => {
  expect(frozenEvidence(hold([vm()], "Memory"), [], 1).vms).toEqual([]);
});
