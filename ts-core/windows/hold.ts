import { QnapError } from "../errors.ts";
import type { Freezer, Hold, HoldOptions, HoldPlan } from "../ports.ts";
import { holdByCheckpoints } from "./checkpoints.ts";
import { recordHold } from "./holdRecord.ts";
import type { Inventory } from "./inventory.ts";
import { windows } from "./names.ts";
import type { HostSession } from "./powershell.ts";
import { findingsOn } from "./rules.ts";

/** How the volumes and VMs on a LUN are held: by VSS, and before that by checkpoints where VMs are to be kept with their memory. */
export function planHold(
  host: HostSession,
  freezer: Freezer,
  inventory: Inventory,
  options: HoldOptions,
): Promise<HoldPlan> {
  const findings = findingsOn(inventory);
  const refused = findings.filter(({ verdict }) => verdict === "Refuse");
  const told = (some: typeof findings) => some.map(({ name, reason }) => `'${name}': ${reason}`);
  if (refused.length > 0)
    throw new QnapError("PreflightRefused", {
      vcenter: windows,
      count: refused.length,
      reasons: told(refused.slice(0, 10)).join("; "),
    });
  const record = recordHold(inventory, options);
  return Promise.resolve({
    record,
    freezer,
    warnings: told(findings),
    hold: (operationId, signal) =>
      record.hyperVCheckpoint === "Memory"
        ? holdByCheckpoints(host, record, operationId, signal)
        : Promise.resolve(nothingHeld),
  });
}

/** All that is done, VSS does while it freezes. */
const nothingHeld: Hold = {
  refusals: [],
  evidence: () => Promise.resolve({ vms: [], writers: null, volumes: null, heldMs: null }),
  release: () => Promise.resolve({ left: [], warnings: [] }),
};
