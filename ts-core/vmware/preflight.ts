import type { Rule, Verdict } from "../model.ts";
import type { Datastore } from "./datastores.ts";
import { type Inventory, vmsInside } from "./inventory.ts";
import type { SnapshotMethod } from "./methods.ts";
import type { Vm } from "./virtualMachines.ts";
import { vmRules } from "./vmRules.ts";
import type { MoRef } from "./xml.ts";

export type { Rule, Verdict };

export interface Finding {
  kind: "Vm" | "Datastore";
  ref: MoRef;
  name: string;
  rule: Rule;
  verdict: Verdict;
  reason: string;
}

/** What the user wants to be judged otherwise; Ignore: not even told. */
export type VerdictPolicy = Partial<Record<Rule, Verdict | "Ignore">>;

export interface PreflightFacts {
  inventory: Inventory;
  /** The method for each VM, by VM id; missing: None. */
  methods: ReadonlyMap<string, SnapshotMethod>;
  /** The tasks that run on VMs, by VM id. */
  runningTasks: ReadonlyMap<string, string>;
  /** The privileges that we lack, by VM id. */
  missingPrivileges: ReadonlyMap<string, readonly string[]>;
}

/** What one rule finds out about one VM. */
export interface VmFacts extends PreflightFacts {
  vm: Vm;
  method: SnapshotMethod;
  /** Names of the datastores on the LUN. */
  here: ReadonlySet<string>;
}

/** Looks for everything that speaks against a snapshot, without changing anything. */
export function preflight(facts: PreflightFacts, policy: VerdictPolicy = {}): Finding[] {
  const { inventory, methods } = facts;
  const here = new Set(inventory.datastores.map(({ name }) => name));
  const ofVm = (vm: Vm) => {
    const method = methods.get(vm.ref.id) ?? "None";
    return vmFindings({ ...facts, vm, method, here });
  };
  const found = [
    ...inventory.datastores.flatMap((one) => extents(one, inventory)),
    ...vmsInside(inventory).flatMap(ofVm),
  ];
  return found.flatMap((finding) => judged(finding, policy));
}

function judged(finding: Finding, policy: VerdictPolicy): Finding[] {
  const verdict = policy[finding.rule] ?? finding.verdict;
  return verdict === "Ignore" ? [] : [{ ...finding, verdict }];
}

function extents({ ref, name, extents }: Datastore, { diskName }: Inventory): Finding[] {
  const others = [...new Set(extents.map((extent) => extent.diskName))].filter((disk) => disk !== diskName);
  if (others.length === 0) return [];
  const reason = `the datastore also lies on ${others.join(", ")}: a snapshot of one LUN alone would tear it apart`;
  return [{ kind: "Datastore", ref, name, rule: "Extents", verdict: "Refuse", reason }];
}

function vmFindings(facts: VmFacts): Finding[] {
  const { ref, name } = facts.vm;
  return vmRules.flatMap(({ rule, verdict, find }): Finding[] => {
    const reason = find(facts);
    if (reason === undefined) return [];
    const told = typeof verdict === "function" ? verdict(facts) : verdict;
    return [{ kind: "Vm", ref, name, rule, verdict: told, reason }];
  });
}

/** With these a VM snapshot is still made, only not as good as asked for. */
const stillPossible: readonly Rule[] = ["ToolsNotRunning"];

/** The methods as the findings leave them: a VM of which vSphere can make no snapshot gets none. */
export function methodsAfter(
  methods: ReadonlyMap<string, SnapshotMethod>,
  findings: readonly Finding[],
): Map<string, SnapshotMethod> {
  const without = findings.filter(({ verdict, rule }) => verdict === "Downgrade" && !stillPossible.includes(rule));
  const ids = new Set(without.map(({ ref }) => ref.id));
  return new Map([...methods].map(([id, method]) => [id, ids.has(id) ? "None" : method]));
}
