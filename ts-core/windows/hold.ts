import { QnapError } from "../errors.ts";
import type { HoldOptions, HoldPlan } from "../ports.ts";
import type { Inventory } from "./inventory.ts";
import { windows } from "./names.ts";
import type { HostSession } from "./powershell.ts";
import { findingsOn } from "./rules.ts";

/** How the volumes and VMs on a LUN would be held. Reads only. */
export async function planHold(_host: HostSession, inventory: Inventory, _options: HoldOptions): Promise<HoldPlan> {
  const refused = findingsOn(inventory).filter(({ verdict }) => verdict === "Refuse");
  const reasons = [...refused.map(({ name, reason }) => `'${name}': ${reason}`), "VSS snapshots are not in this build"];
  throw new QnapError("PreflightRefused", { vcenter: windows, count: reasons.length, reasons: reasons.join("; ") });
}
