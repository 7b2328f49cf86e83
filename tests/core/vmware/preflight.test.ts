import { afterAll, beforeAll, expect, test } from "vitest";
import type { SnapshotMethod } from "../../../ts-core/vmware/methods.ts";
import { methodsAfter, type PreflightFacts, preflight, type VerdictPolicy } from "../../../ts-core/vmware/preflight.ts";
import { readMissingPrivileges, snapshotPrivileges } from "../../../ts-core/vmware/rights.ts";
import { readRunningTasks } from "../../../ts-core/vmware/runningTasks.ts";
import { group, refElement } from "../../../ts-core/vmware/soap.ts";
import { all, named, startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
beforeAll(async () => {
  lab = await startLab({ vms: 0, hosts: 2, datastores: { prod: "lun1", other: "lun2" } });
});
afterAll(() => lab.stop());

async function facts(method: SnapshotMethod = "QuiesceOrFallback"): Promise<PreflightFacts> {
  const inventory = await lab.inventory();
  const { session } = lab.vcenter;
  const vms = inventory.vms.map(({ ref }) => ref);
  return {
    inventory,
    methods: all(inventory.vms, method),
    runningTasks: await readRunningTasks(session, inventory.vms),
    missingPrivileges: await readMissingPrivileges(session, vms, snapshotPrivileges),
  };
}

const short = (found: ReturnType<typeof preflight>) =>
  found.map(({ name, rule, verdict }) => `${name}: ${rule} ${verdict}`);

async function found(vm: string, method?: SnapshotMethod, policy?: VerdictPolicy): Promise<string[]> {
  return short(preflight(await facts(method), policy).filter(({ name }) => name === vm));
}

test("a VM like any other has nothing against it; neither has a template", async () => {
  await lab.sim.addVm({ name: "plain", datastore: "prod" });
  await lab.sim.addVm({ name: "template", datastore: "prod", template: true });
  expect(preflight(await facts("Quiesce"))).toEqual([]);
});

test("each rule, with its verdict", async () => {
  const { sim } = lab;
  const cases: [string, Parameters<typeof sim.changeVm>[1], string[]][] = [
    ["disk-away", { disk: { datastore: "other" } }, ["FilesElsewhere Refuse"]],
    ["workdir-away", { workingDir: "[other] workdir-away/" }, ["FilesElsewhere Refuse", "SwapOrLogsElsewhere Warn"]],
    ["swap-away", { swap: "[other] swap-away/x.vswp" }, ["SwapOrLogsElsewhere Warn"]],
    ["logs-away", { logDir: "[other] logs-away/" }, ["SwapOrLogsElsewhere Warn"]],
    ["raw", { disk: { rdm: "physicalMode", rdmNaa: "6e843b60000000000000000000000002" } }, ["RawDevice Downgrade"]],
    [
      "raw-virtual",
      { disk: { rdm: "virtualMode", rdmNaa: "6e843b60000000000000000000000002" } },
      ["RawDevice Downgrade"],
    ],
    ["independent", { disk: { mode: "independent_persistent" } }, ["IndependentDisk Downgrade"]],
    ["bus", { busSharing: "physicalSharing" }, ["SharedBus Downgrade"]],
    ["multiwriter", { disk: { sharing: "sharingMultiWriter" } }, ["SharedBus Downgrade"]],
    ["pci", { pci: true }, ["Passthrough Downgrade"]],
    ["ft", { ft: true }, ["FaultTolerance Downgrade"]],
    ["tools", { tools: "notRunning" }, ["ToolsNotRunning Downgrade"]],
  ];
  for (const [name, change] of cases) {
    await sim.addVm({ name, datastore: "prod" });
    await sim.changeVm(name, change);
  }
  await sim.addVm({ name: "deep", datastore: "prod" });
  await sim.addSnapshot({ vm: "deep", count: 31 });
  const expected = cases.flatMap(([name, , rules]) => rules.map((rule) => `${name}: ${rule}`));
  expect(short(preflight(await facts())).sort()).toEqual([...expected, "deep: SnapshotDepth Downgrade"].sort());
});

test("what only matters to a VM snapshot is silent where none is wanted", async () => {
  for (const vm of ["independent", "bus", "pci", "ft", "deep", "tools"]) expect(await found(vm, "None")).toEqual([]);
  expect(await found("disk-away", "None")).toEqual(["disk-away: FilesElsewhere Refuse"]);
});

test("a method that insists on quiescing is refused without Tools; a VM that is off needs none", async () => {
  expect(await found("tools", "Quiesce")).toEqual(["tools: ToolsNotRunning Refuse"]);
  expect(await found("tools", "Memory")).toEqual([]);
  await lab.sim.changeVm("tools", { power: "poweredOff" });
  expect(await found("tools", "Quiesce")).toEqual([]);
});

test("the policy judges otherwise, or silences a rule", async () => {
  expect(await found("pci", "Quiesce", { Passthrough: "Refuse" })).toEqual(["pci: Passthrough Refuse"]);
  expect(await found("disk-away", "Quiesce", { FilesElsewhere: "Ignore" })).toEqual([]);
});

test("a VM of which no snapshot can be made gets none; one without Tools gets a plain one", async () => {
  const before = await facts();
  const after = methodsAfter(before.methods, preflight(before));
  const of = (name: string) => after.get(named(before.inventory.vms, name).ref.id);
  expect([of("pci"), of("tools"), of("plain")]).toEqual(["None", "QuiesceOrFallback", "QuiesceOrFallback"]);
});

test("rights that are missing are named", async () => {
  await lab.sim.denyPrivileges("VirtualMachine.State.RemoveSnapshot");
  const [finding] = preflight(await facts()).filter(({ name }) => name === "plain");
  expect(finding).toMatchObject({ rule: "Rights", verdict: "Refuse" });
  expect(finding?.reason).toContain("VirtualMachine.State.RemoveSnapshot");
  await lab.sim.denyPrivileges();
});

test("a VM that is being moved is refused while it is", async () => {
  const { vcenter, sim } = lab;
  const vm = named((await lab.inventory()).vms, "plain");
  const { datastores } = await sim.state();
  const target = { type: "Datastore", id: datastores.find(({ name }) => name === "other")?.ref ?? "" };
  await sim.fault({ kind: "taskHang", match: { vm: "plain" } });
  await vcenter.start("RelocateVM_Task", vm.ref, [group("spec", refElement("datastore", target))]);
  expect(await found("plain")).toEqual(["plain: Motion Refuse"]);
  await sim.clearFaults();
});

test("a datastore over two LUNs is refused, and the other LUN is named", async () => {
  const two = await startLab({ vms: 1, datastores: { wide: ["lun1", "lun2"] } });
  try {
    const inventory = await two.inventory();
    const nothing = { methods: new Map(), runningTasks: new Map(), missingPrivileges: new Map() };
    const [finding] = preflight({ inventory, ...nothing });
    expect(finding).toMatchObject({ kind: "Datastore", name: "wide", rule: "Extents", verdict: "Refuse" });
    expect(finding?.reason).toContain(`naa.${(await two.sim.state()).datastores[0]?.extents[1]}`);
  } finally {
    await two.stop();
  }
});
