import { Type } from "typebox";
import { LunCheck, LunRef } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { checkLuns } from "../snapshots/checkLun.ts";

export default operation({
  summary:
    "Read-only preflight of an application-consistent snapshot: a verdict per LUN, VM and rule, with the reason.",
  params: Type.Object(
    { lun: Type.Optional(LunRef), nas: Type.Optional(Type.String({ minLength: 1 })) },
    { additionalProperties: false },
  ),
  row: LunCheck,
  result: Type.Object({ count: Type.Integer() }),
  async handle(params, context) {
    return { count: await checkLuns(params, context) };
  },
});
