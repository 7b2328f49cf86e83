import type { Context } from "./rpc/operation.ts";
import type { LocatedLun } from "./snapshots/locate.ts";

/**
 * Who uses a LUN: Windows, VMware, or nobody we can ask. Restore is written once over this port.
 *
 * An iSCSI log-in belongs to a target: being logged in is not using the LUN, and logging out would drop the target's other LUNs.
 * So a consumer gives one LUN up (disk offline, datastore detached), and the NAS then hides it on its targets; neighbours keep
 * their I/O.
 */
export interface Consumer {
  readonly name: string;
  /** Refuses, with a reason, when the LUN cannot be given up. Changes nothing. */
  mustRelease(located: LocatedLun, options: { force: boolean }, context: Context): Promise<void>;
  /** Gives the LUN up and proves it. Journaled by the caller before and after. */
  release(located: LocatedLun, context: Context): Promise<void>;
  /** Takes the LUN back into use after it has come back with the same identity. May be called again after an interruption. */
  reattach(located: LocatedLun, context: Context): Promise<void>;
}
