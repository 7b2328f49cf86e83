import type { FileRole } from "./files.ts";
import type { Rule, Verdict, VmFacts } from "./preflight.ts";
import { isMotion } from "./runningTasks.ts";

interface VmRule {
  rule: Rule;
  verdict: Verdict | ((facts: VmFacts) => Verdict);
  /** The reason, where the rule finds something. */
  find: (facts: VmFacts) => string | undefined;
}

/** vSphere allows a chain of 32; ours is one more. */
const maxDepth = 31;

/** Everything that is looked for on a VM. A rule about VM snapshots is silent where none is wanted. */
export const vmRules: readonly VmRule[] = [
  {
    rule: "FilesElsewhere",
    verdict: "Refuse",
    find: (facts) => elsewhere(facts, ["Config", "Disk", "Snapshot", "Suspend"]),
  },
  // Swap files are made anew at power-on, and nobody needs old logs to start a VM.
  { rule: "SwapOrLogsElsewhere", verdict: "Warn", find: (facts) => elsewhere(facts, ["Swap", "Log"]) },
  {
    rule: "RawDevice",
    verdict: "Downgrade",
    find: ({ vm }) => {
      const raw = vm.disks.find((disk) => disk.raw !== undefined);
      return raw && `${raw.label} is a raw device mapping (${raw.raw?.toLowerCase()}): its data is not on this LUN`;
    },
  },
  {
    rule: "IndependentDisk",
    verdict: "Downgrade",
    find: whenSnapshot(({ vm }) => {
      const disk = vm.power === "PoweredOff" ? undefined : vm.disks.find(({ independent }) => independent);
      return disk && `${disk.label} is independent: vSphere leaves it out of VM snapshots`;
    }),
  },
  {
    rule: "SharedBus",
    verdict: "Downgrade",
    find: whenSnapshot(({ vm }) => {
      const shared = vm.sharedBuses[0] ?? vm.disks.find((disk) => disk.shared)?.label;
      return shared && `${shared} is shared with other VMs: vSphere makes no snapshot of such a VM`;
    }),
  },
  {
    rule: "Passthrough",
    verdict: "Downgrade",
    find: whenSnapshot(({ vm }) => {
      const device = vm.power === "PoweredOff" ? undefined : vm.passthrough[0];
      return device && `${device} is passed through to it: vSphere makes no snapshot of such a VM while it runs`;
    }),
  },
  {
    rule: "FaultTolerance",
    verdict: "Downgrade",
    find: whenSnapshot(({ vm }) =>
      vm.faultTolerant ? "fault tolerance is on: vSphere makes no snapshot of such a VM" : undefined,
    ),
  },
  {
    rule: "SnapshotDepth",
    verdict: "Downgrade",
    find: whenSnapshot(({ vm }) =>
      vm.snapshotDepth >= maxDepth
        ? `it has a chain of ${vm.snapshotDepth} snapshots, and 32 are the limit`
        : undefined,
    ),
  },
  {
    rule: "ToolsNotRunning",
    verdict: ({ method }) => (method === "Quiesce" ? "Refuse" : "Downgrade"),
    find: ({ vm, method }) => {
      const wanted = method === "Quiesce" || method === "QuiesceOrFallback";
      if (!wanted || vm.power !== "PoweredOn" || vm.toolsRunning) return undefined;
      return "VMware Tools do not run in it: vSphere ignores the wish to quiesce";
    },
  },
  {
    rule: "ConsolidationNeeded",
    verdict: "Warn",
    find: ({ vm }) =>
      vm.consolidationNeeded ? "its disks need consolidation: delta files of removed snapshots are left" : undefined,
  },
  {
    rule: "Motion",
    verdict: "Refuse",
    find: ({ vm, runningTasks }) => {
      const task = runningTasks.get(vm.ref.id);
      if (task === undefined || !isMotion(task)) return undefined;
      return `it is being moved (${task}); wait until that is done`;
    },
  },
  {
    rule: "Rights",
    verdict: "Refuse",
    find: whenSnapshot(({ vm, missingPrivileges }) => {
      const missing = missingPrivileges.get(vm.ref.id) ?? [];
      return missing.length > 0 ? `our account lacks ${missing.join(", ")}` : undefined;
    }),
  },
  {
    rule: "NotConnected",
    verdict: "Downgrade",
    find: whenSnapshot(({ vm }) =>
      vm.connected ? undefined : "vCenter cannot reach it (host away or files missing): no VM snapshot can be made",
    ),
  },
];

function whenSnapshot(find: VmRule["find"]): VmRule["find"] {
  return (facts) => (facts.method === "None" ? undefined : find(facts));
}

function elsewhere({ vm, here }: VmFacts, roles: readonly FileRole[]): string | undefined {
  const away = vm.files.filter(({ role, datastore }) => roles.includes(role) && !here.has(datastore));
  if (away.length === 0) return undefined;
  return `files of it lie on other datastores: ${away.map(({ path }) => path).join(", ")}`;
}
