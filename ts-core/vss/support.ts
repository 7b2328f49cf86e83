import { reasonOf } from "../errors.ts";
import type { Context } from "../rpc/operation.ts";
import { mustBeReady } from "../snapshots/locate.ts";
import { isSupported, isTransportable } from "./contexts.ts";
import { mustImport } from "./imports.ts";
import type { KnownLuns } from "./knownLuns.ts";
import { mustHaveRoom } from "./prepare.ts";
import { naaOf, type VssLun } from "./wire.ts";

/** Why no snapshot of a volume on these LUNs can be made now; undefined when it can. All of them, or the volume is not ours. */
export async function whyUnsupported(
  luns: readonly VssLun[],
  vssContext: number,
  known: KnownLuns,
  context: Context,
): Promise<string | undefined> {
  if (!isSupported(vssContext)) return `context 0x${vssContext.toString(16)} is not supported`;
  if (luns.length === 0) return "the volume lies on no LUN";
  const reasons = await Promise.all(luns.map((lun) => whyNot(lun, vssContext, known, context)));
  return reasons.find((reason) => reason !== undefined);
}

async function whyNot(
  lun: VssLun,
  vssContext: number,
  known: KnownLuns,
  context: Context,
): Promise<string | undefined> {
  const naa = naaOf(lun);
  if (naa === undefined) return "the LUN tells no NAA";
  try {
    const located = await known.locate(naa);
    if (!located) return `no NAS that is stored has LUN ${naa}`;
    mustBeReady(located);
    await mustHaveRoom(located);
    if (!isTransportable(vssContext)) await mustImport([located], context);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
