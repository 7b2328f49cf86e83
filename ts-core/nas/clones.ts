import { QnapError } from "../errors.ts";
import { paths, writeCgi } from "./cgi.ts";
import { refusal } from "./codes.ts";
import { begun, followFork } from "./jobs.ts";
import { firmwareName, type Nas } from "./nas.ts";
import { integer } from "./xml.ts";

const cloneTimeoutMs = 12 * 3600 * 1000;

/** Throws unless this firmware has a known call that clones a snapshot to a new LUN. */
export function mustClone(nas: Nas): void {
  if (nas.firmware.clone === "cgi") return;
  const reason = "no call is known that makes a clone there";
  throw new QnapError("NotSupportedByFirmware", {
    what: "A clone of a snapshot",
    nas: nas.name,
    firmware: firmwareName(nas),
    reason,
  });
}

/**
 * Makes a LUN of its own with the content of a snapshot: a full copy (measured on hero, documented on QTS), on no target. Its
 * index is not told; the caller finds it by name.
 */
export async function cloneSnapshot(
  nas: Nas,
  snapshotId: string,
  newName: string,
  poolId: number | null,
  look: () => void,
): Promise<void> {
  const call = "clone snapshot";
  mustClone(nas);
  const pool = poolId === null ? {} : { poolID: poolId };
  const parameters = { func: "clone_qsnapshot", by_lun: 1, snapshotID: snapshotId, new_name: newName, ...pool };
  const { result, answer } = await writeCgi(nas.session, paths.snapshot, parameters, { call });
  if (result < 0) throw refusal(nas.name, call, result);
  if (integer(answer, "fork") === 1) await begun(call, () => followFork(nas, call, cloneTimeoutMs, look));
}
