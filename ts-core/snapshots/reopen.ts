import { QnapError } from "../errors.ts";
import { readLun } from "../nas/luns.ts";
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

/** The NAS and LUN of a journal, as they are now. Refuses another NAS under the old name, and another LUN under the old index. */
export async function reopenLun(remembered: RememberedLun, context: Context): Promise<LocatedLun> {
  const { serial, lunIndex, lunName, naa } = remembered;
  const nas = await context.machine.nas.open(remembered.nas, context);
  if (nas.identity.serialNumber !== serial) {
    throw new QnapError("NasNotConnected", { nas: `${remembered.nas} (serial number ${serial})` });
  }
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
