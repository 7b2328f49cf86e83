import { Type } from "typebox";
import { LunRef, NasCheck } from "../model.ts";
import { checkNas } from "../nas/check.ts";
import { operation } from "../rpc/operation.ts";
import { measurePointInTime } from "../snapshots/pointInTime.ts";

export default operation({
  summary:
    "Report: what this firmware can and cannot do, its limits and free slots. Read-only, but for what is measured on a scratch LUN.",
  params: Type.Object(
    { name: Type.Optional(Type.String({ minLength: 1 })), scratchLun: Type.Optional(LunRef) },
    { additionalProperties: false },
  ),
  row: NasCheck,
  result: Type.Object({ count: Type.Integer() }),
  async handle({ name, scratchLun }, context) {
    const nas = await context.machine.nas.open(name ?? scratchLun?.nas, context);
    if (scratchLun) await measurePointInTime({ ...scratchLun, nas: nas.name }, context);
    let count = 0;
    for await (const check of checkNas(nas, context.machine.measurements, context.signal)) {
      count++;
      await context.rows([check]);
    }
    return { count };
  },
});
