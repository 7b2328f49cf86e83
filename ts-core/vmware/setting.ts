import type { VMwarePolicy, VMwareSetting } from "../model.ts";
import type { Trust } from "../net/trust.ts";
import type { MethodPolicy, VmSelector } from "./methods.ts";
import type { VerdictPolicy } from "./preflight.ts";
import type { QuiesceTimeouts } from "./quiesce.ts";
import type { TaskLimits } from "./vcenter.ts";

/** A vCenter as it was set up, in the terms of what works with it. */
export interface VCenterSetting {
  server: string;
  port: number;
  userName: string;
  trust: Trust;
  methods: MethodPolicy;
  verdicts: VerdictPolicy;
  limits: TaskLimits;
  timeouts: Pick<QuiesceTimeouts, "vmMs" | "setMs">;
  guestShutdownMs: number;
}

export function settingOf(row: VMwareSetting): VCenterSetting {
  const { server, port, userName, ruleVerdict: verdicts, maxPerHost: perHost, maxPerVCenter: perVCenter } = row;
  const timeouts = { vmMs: row.snapshotTimeoutSeconds * 1000, setMs: row.totalTimeoutSeconds * 1000 };
  const guestShutdownMs = row.guestShutdownSeconds * 1000;
  const trust = trustOf(row);
  const limits = { perHost, perVCenter };
  return { server, port, userName, trust, methods: methodsOf(row), verdicts, limits, timeouts, guestShutdownMs };
}

function trustOf({ trust, certificateThumbprint }: VMwareSetting): Trust {
  if (trust !== "Pinned") return { kind: trust };
  return { kind: "Pinned", fingerprint: certificateThumbprint ?? "" };
}

function methodsOf(policy: VMwarePolicy): MethodPolicy {
  const named = policy.methodOverride.map(({ vm, method }) => ({ vms: { name: vm }, method }));
  const tagged = policy.tagMethodOverride.map(({ tag, method }) => ({ vms: { tag }, method }));
  return {
    method: policy.snapshotMethod,
    include: selectors(policy.includeVM, policy.includeTag),
    exclude: selectors(policy.excludeVM, policy.excludeTag),
    overrides: [...named, ...tagged],
  };
}

function selectors(names: readonly string[], tags: readonly string[]): VmSelector[] {
  return [...names.map((name) => ({ name })), ...tags.map((tag) => ({ tag }))];
}
