import { Type } from "typebox";
import { NasCheck } from "../model.ts";
import { checkNas } from "../nas/check.ts";
import { operation } from "../rpc/operation.ts";

export default operation({
  summary: "Read-only report: what this firmware can and cannot do, its limits and free slots.",
  params: Type.Object({ name: Type.Optional(Type.String({ minLength: 1 })) }, { additionalProperties: false }),
  row: NasCheck,
  result: Type.Object({ count: Type.Integer() }),
  async handle({ name }, context) {
    const nas = await context.machine.nas.open(name, context);
    let count = 0;
    for await (const check of checkNas(nas, context.machine.measurements, context.signal)) {
      count++;
      await context.rows([check]);
    }
    return { count };
  },
});
