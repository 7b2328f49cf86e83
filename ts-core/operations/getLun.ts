import { Type } from "typebox";
import { Lun } from "../model.ts";
import { operation } from "../rpc/operation.ts";
import { listLuns } from "../snapshots/lunList.ts";

export default operation({
  summary: "Lists LUNs of one NAS or of all that are known, each row as soon as it is read.",
  params: Type.Object(
    {
      nas: Type.Optional(Type.String({ minLength: 1 })),
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: "Wildcards * and ? allowed." })),
      naa: Type.Optional(Type.String({ pattern: "^[0-9A-Fa-f]{32}$" })),
    },
    { additionalProperties: false },
  ),
  row: Lun,
  result: Type.Object({ count: Type.Integer() }),
  async handle(params, context) {
    return { count: await listLuns(params, context) };
  },
});
