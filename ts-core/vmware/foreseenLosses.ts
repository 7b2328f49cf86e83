import { reasonOf } from "../errors.ts";
import { readClusterSettings } from "./clusterSettings.ts";
import { type Inventory, vmsInside } from "./inventory.ts";
import type { VimSession } from "./session.ts";
import { readTagIds } from "./tags.ts";

/** What hangs on the VMs and cannot be put back after a restore, in words: for the plan. */
export async function foreseenLosses(session: VimSession, inventory: Inventory): Promise<string[]> {
  const vms = vmsInside(inventory);
  const refs = vms.map(({ ref }) => ref);
  const [settings, tags] = await Promise.all([
    readClusterSettings(session, inventory.hosts, refs),
    readTagIds(session, refs).then(
      () => [],
      (error: unknown) => [`Tags of VMs cannot be read, so they will not be put back: ${reasonOf(error)}`],
    ),
  ]);
  const overrides = settings.filter(({ kind }) => kind === "HaOverride").flatMap((one) => one.vms);
  const named = vms.filter(({ ref }) => overrides.some(({ id }) => id === ref.id));
  return [...named.map(({ name }) => `VM '${name}' has an HA override, which will not be put back`), ...tags];
}
