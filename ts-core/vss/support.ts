import { reasonOf } from "../errors.ts";
import { mustBeReady } from "../snapshots/locate.ts";
import { isSupported } from "./contexts.ts";
import type { KnownLuns } from "./knownLuns.ts";
import { mustHaveRoom } from "./prepare.ts";
import { naaOf, type VssLun } from "./wire.ts";

/** Why no snapshot of a volume on these LUNs can be made now; undefined when it can. All of them, or the volume is not ours. */
export async function whyUnsupported(
  luns: readonly VssLun[],
  context: number,
  known: KnownLuns,
): Promise<string | undefined> {
  if (!isSupported(context)) return `context 0x${context.toString(16)} is not supported`;
  if (luns.length === 0) return "the volume lies on no LUN";
  const reasons = await Promise.all(luns.map((lun) => whyNot(lun, known)));
  return reasons.find((reason) => reason !== undefined);
}

async function whyNot(lun: VssLun, known: KnownLuns): Promise<string | undefined> {
  const naa = naaOf(lun);
  if (naa === undefined) return "the LUN tells no NAA";
  try {
    const located = await known.locate(naa);
    if (!located) return `no NAS that is stored has LUN ${naa}`;
    mustBeReady(located);
    await mustHaveRoom(located);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
