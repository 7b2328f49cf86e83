import { QnapError } from "../errors.ts";
import { readLun } from "../nas/luns.ts";
import type { Nas } from "../nas/nas.ts";
import type { Context } from "../rpc/operation.ts";
import type { LocatedLun } from "./locate.ts";

/** A LUN as a journal remembers it. */
export interface RememberedLun {
  nas: string;
  serial: string;
  lunIndex: number;
  lunName: string;
  naa: string;
}

/** The NAS of a journal. Refuses another one under the old name. */
export async function reopenNas({ nas: name, serial }: RememberedLun, context: Context): Promise<Nas> {
  const nas = await context.machine.nas.open(name, context);
  if (nas.identity.serialNumber === serial) return nas;
  throw new QnapError("NasNotConnected", { nas: `${name} (serial number ${serial})` });
}

/** The LUN of a journal as it is now. Refuses another LUN under the old index. */
export async function reopenLun(remembered: RememberedLun, context: Context): Promise<LocatedLun> {
  const { lunIndex, lunName, naa } = remembered;
  const nas = await reopenNas(remembered, context);
  const lun = await readLun(nas, lunIndex);
  if (!lun) throw new QnapError("LunNotFound", { nas: nas.name, lun: lunName });
  if (lun.naa !== naa) {
    throw new QnapError("LunChanged", {
      nas: nas.name,
      lunIndex,
      name: lun.name,
      naa: lun.naa,
      expectedName: lunName,
      expectedNaa: naa,
    });
  }
  return { nas, lun };
}

export function remember({ nas, lun }: LocatedLun): RememberedLun {
  return { nas: nas.name, serial: nas.identity.serialNumber, lunIndex: lun.lunIndex, lunName: lun.name, naa: lun.naa };
}
