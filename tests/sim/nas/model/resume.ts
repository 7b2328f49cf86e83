import { existsSync } from "node:fs";
import type { Nas } from "../nas.ts";
import { volumeOf } from "./find.ts";
import { becomeReady, finishLunRemoval, removeVolume } from "./luns.ts";
import { dropSnapshot } from "./snapshots.ts";

/** After a restart: what was under way when the power went is finished, or undone where its bytes are missing. */
export async function resume(nas: Nas): Promise<void> {
  for (const snapshot of nas.state.snapshots) if (snapshot.status === "removing") await dropSnapshot(nas, snapshot);
  for (const lun of nas.state.luns) {
    if (lun.status === "removing") await finishLunRemoval(nas, lun);
    else if (!existsSync(nas.files.path(volumeOf(nas, lun).file))) await removeVolume(nas, volumeOf(nas, lun));
    else if (lun.status === "creating" || !lun.naaKnown) await becomeReady(nas, lun);
    else lun.status = "ready";
  }
  for (const target of nas.state.targets) target.iqnKnown = true;
  await nas.exports.sync();
}
